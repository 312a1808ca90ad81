import java.io.FileInputStream;
import java.io.InputStream;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import org.apache.activemq.artemis.core.config.impl.SecurityConfiguration;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.spi.core.security.ActiveMQJAASSecurityManager;
import org.apache.activemq.artemis.spi.core.security.jaas.InVMLoginModule;

/**
 * ActiveMQ Artemis as one process. Its arguments are the URL of a broker.xml and a property file of users,
 * NAME=PASSWORD, who all have the role "users".
 *
 * Says READY when it serves. SIGTERM ends it in order.
 */
public class EmbeddedArtemis {
    public static void main(String[] arguments) throws Exception {
        Properties passwords = new Properties();
        try (InputStream file = new FileInputStream(arguments[1])) {
            passwords.load(file);
        }
        SecurityConfiguration users = new SecurityConfiguration();
        for (String name : passwords.stringPropertyNames()) {
            users.addUser(name, passwords.getProperty(name));
            users.addRole(name, "users");
        }
        EmbeddedActiveMQ broker = new EmbeddedActiveMQ();
        broker.setConfigResourcePath(arguments[0]);
        broker.setSecurityManager(new ActiveMQJAASSecurityManager(InVMLoginModule.class.getName(), users));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(broker)));
        broker.start();
        if (!serves(broker.getActiveMQServer())) {
            System.err.println("the broker did not start"); // it has logged why
            System.exit(1); // threads of the broker would go on
        }
        System.out.println("READY");
        new CountDownLatch(1).await();
    }

    /** A broker whose port is taken goes on without it. */
    private static boolean serves(ActiveMQServer server) {
        return server.isActive()
                && server.getRemotingService().getAcceptors().values().stream()
                        .allMatch(acceptor -> acceptor.getActualPort() > 0);
    }

    private static void stop(EmbeddedActiveMQ broker) {
        try {
            broker.stop();
        } catch (Exception error) {
            error.printStackTrace();
        }
    }
}
