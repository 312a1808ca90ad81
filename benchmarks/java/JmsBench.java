import java.lang.management.ManagementFactory;
import javax.jms.BytesMessage;
import javax.jms.Connection;
import javax.jms.ConnectionFactory;
import javax.jms.DeliveryMode;
import javax.jms.Message;
import javax.jms.MessageConsumer;
import javax.jms.MessageProducer;
import javax.jms.Session;

/**
 * What a message costs a JMS client. Arguments: the class of a ConnectionFactory, its URL, "send" or "receive", a topic,
 * how many, how many bytes (0: it receives), and how many of them share a transaction (1: none).
 *
 * Prints "ready", and when it is done the CPU and the wall time of the measured stretch in nanoseconds. A sender first
 * sends a tenth as a warm-up.
 */
public final class JmsBench {
    public static void main(String[] given) throws Exception {
        ConnectionFactory factory =
            (ConnectionFactory) Class.forName(given[0]).getConstructor(String.class).newInstance(given[1]);
        int count = Integer.parseInt(given[4]);
        int together = Integer.parseInt(given[6]);
        Connection connection = factory.createConnection();
        connection.start();
        boolean transacted = together > 1;
        Session session =
            connection.createSession(transacted, transacted ? Session.SESSION_TRANSACTED : Session.AUTO_ACKNOWLEDGE);
        if (given[2].equals("send")) {
            send(session, given[3], count, new byte[Integer.parseInt(given[5])], together);
        } else {
            receive(session, given[3], count, together);
        }
        connection.close();
        System.exit(0);
    }

    private static void send(Session session, String topic, int count, byte[] body, int together) throws Exception {
        MessageProducer producer = session.createProducer(session.createTopic(topic));
        producer.setDeliveryMode(DeliveryMode.PERSISTENT);
        System.out.println("ready");
        send(session, producer, count / 10, body, together);
        long cpu = cpu();
        long wall = System.nanoTime();
        send(session, producer, count, body, together);
        tell(cpu, wall);
    }

    private static void send(Session session, MessageProducer producer, int count, byte[] body, int together)
            throws Exception {
        for (int number = 1; number <= count; number++) {
            BytesMessage message = session.createBytesMessage();
            message.writeBytes(body);
            message.setStringProperty("Verb", "created");
            message.setStringProperty("Noun", "EndDeviceEvents");
            message.setStringProperty("Source", "HES-1");
            message.setStringProperty("MessageID", "6b1ff0e4-5c2a-4a8e-9d1e-3b7f1c9d2e5a");
            message.setStringProperty("JMSXGroupID", "meter-1");
            producer.send(message);
            if (together > 1 && (number % together == 0 || number == count)) {
                session.commit();
            }
        }
    }

    private static void receive(Session session, String topic, int count, int together) throws Exception {
        MessageConsumer consumer = session.createConsumer(session.createTopic(topic));
        System.out.println("ready");
        long cpu = 0;
        long wall = 0;
        for (int number = 0; number < count; number++) {
            Message message = consumer.receive(20_000);
            if (message == null) {
                throw new IllegalStateException((count - number) + " messages are missing");
            }
            if (number == 0) {
                cpu = cpu();
                wall = System.nanoTime();
            }
            ((BytesMessage) message).readBytes(new byte[(int) ((BytesMessage) message).getBodyLength()]);
            if (together > 1 && ((number + 1) % together == 0 || number + 1 == count)) {
                session.commit();
            }
        }
        tell(cpu, wall);
    }

    private static void tell(long cpu, long wall) {
        System.out.println((cpu() - cpu) + " " + (System.nanoTime() - wall));
    }

    /** Of the whole process, its compiler threads included. */
    private static long cpu() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
            .getProcessCpuTime();
    }
}
