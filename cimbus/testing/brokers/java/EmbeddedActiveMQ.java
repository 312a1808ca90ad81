import java.io.File;
import java.io.FileInputStream;
import java.io.InputStream;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.KeyManagerFactory;
import org.apache.activemq.broker.BrokerPlugin;
import org.apache.activemq.broker.BrokerService;
import org.apache.activemq.broker.SslBrokerService;
import org.apache.activemq.broker.SslContext;
import org.apache.activemq.security.AuthenticationUser;
import org.apache.activemq.security.SimpleAuthenticationPlugin;
import org.apache.activemq.store.kahadb.KahaDBStore;

/**
 * ActiveMQ Classic as one process, as its defaults have it but for what tests need. Its argument is a property file:
 *
 * connector.NAME=URI, user.NAME=PASSWORD, data=FOLDER, keystore=FILE, keystore.password=WORD
 *
 * Says READY when it serves. SIGTERM ends it in order.
 */
public class EmbeddedActiveMQ {
    public static void main(String[] arguments) throws InterruptedException {
        try {
            start(arguments[0]);
        } catch (Exception error) {
            error.printStackTrace();
            System.exit(1); // threads of the broker would go on
        }
        System.out.println("READY");
        new CountDownLatch(1).await();
    }

    private static void start(String path) throws Exception {
        Properties settings = new Properties();
        try (InputStream file = new FileInputStream(path)) {
            settings.load(file);
        }
        BrokerService broker = broker(settings);
        broker.setBrokerName("cimbus");
        broker.setUseJmx(false);
        broker.setSchedulerSupport(false);
        broker.setDataDirectoryFile(new File(settings.getProperty("data")));
        broker.setPersistenceAdapter(store(settings));
        limit(broker);
        List<AuthenticationUser> users = new ArrayList<>();
        for (String name : settings.stringPropertyNames()) {
            if (name.startsWith("user.")) {
                users.add(new AuthenticationUser(name.substring(5), settings.getProperty(name), "users"));
            } else if (name.startsWith("connector.")) {
                broker.addConnector(settings.getProperty(name)).setName(name.substring(10));
            }
        }
        if (!users.isEmpty()) {
            broker.setPlugins(new BrokerPlugin[] {new SimpleAuthenticationPlugin(users)});
        }
        broker.start();
        if (!broker.waitUntilStarted()) {
            throw new IllegalStateException("the broker did not start");
        }
    }

    private static BrokerService broker(Properties settings) throws Exception {
        String path = settings.getProperty("keystore");
        if (path == null) {
            return new BrokerService();
        }
        char[] password = settings.getProperty("keystore.password").toCharArray();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream file = new FileInputStream(path)) {
            keys.load(file, password);
        }
        KeyManagerFactory manager = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        manager.init(keys, password);
        SslBrokerService broker = new SslBrokerService();
        broker.setSslContext(new SslContext(manager.getKeyManagers(), null, null));
        return broker;
    }

    /** Every write is on disk before it is acknowledged. */
    private static KahaDBStore store(Properties settings) {
        KahaDBStore store = new KahaDBStore();
        store.setDirectory(new File(settings.getProperty("data"), "kahadb"));
        store.setJournalMaxFileLength(8 << 20);
        store.setJournalDiskSyncStrategy("always");
        return store;
    }

    /** The defaults are shares of a server's disk and memory. */
    private static void limit(BrokerService broker) {
        broker.getSystemUsage().getMemoryUsage().setLimit(128L << 20);
        broker.getSystemUsage().getStoreUsage().setLimit(1L << 30);
        broker.getSystemUsage().getTempUsage().setLimit(256L << 20);
    }
}
