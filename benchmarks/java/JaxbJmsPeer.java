import jakarta.jms.CompletionListener;
import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import jakarta.xml.bind.JAXBContext;
import jakarta.xml.bind.Marshaller;
import jakarta.xml.bind.Unmarshaller;
import java.io.StringReader;
import java.io.StringWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import javax.xml.stream.XMLInputFactory;
import org.apache.qpid.jms.JmsConnectionFactory;

/**
 * A program as utilities have it on the JVM: JAXB classes, and JMS over AMQP 1.0. Arguments: the class of the root, a
 * folder with messages (0.xml, 1.xml ...), the URL of a broker, "publish" or "receive", a topic, how many, and what each
 * message says of itself as NAME=VALUE.
 *
 * Publishing encodes each message, sends it as persistent text (as cimbus does), and waits for the acknowledgement of each in windows of a
 * thousand. Receiving decodes each and acknowledges it by itself. Prints "ready" when messages may come, and at the end
 * the wall time and the CPU time of the whole virtual machine in seconds. It warms up with as many messages before it
 * publishes, and with as many decodes before it receives.
 */
public final class JaxbJmsPeer {
    private static final int WINDOW = 1000;
    /** Of Qpid JMS: an acknowledgement is of one message. */
    private static final int INDIVIDUAL_ACKNOWLEDGE = 101;
    private static final long LONGEST = 60_000;

    private final XMLInputFactory factory = XMLInputFactory.newFactory();
    private final List<String> bodies = new ArrayList<>();
    private final List<Object> values = new ArrayList<>();
    private final Map<String, String> properties = new LinkedHashMap<>();
    private final Unmarshaller reader;
    private final Marshaller writer;

    private JaxbJmsPeer(Class<?> root, Path folder) throws Exception {
        JAXBContext context = JAXBContext.newInstance(root);
        reader = context.createUnmarshaller();
        writer = context.createMarshaller();
        for (int number = 0; Files.exists(folder.resolve(number + ".xml")); number++) {
            bodies.add(Files.readString(folder.resolve(number + ".xml")));
            values.add(decode(bodies.get(number)));
        }
    }

    public static void main(String[] given) throws Exception {
        JaxbJmsPeer peer = new JaxbJmsPeer(Class.forName(given[0]), Path.of(given[1]));
        int count = Integer.parseInt(given[5]);
        for (int index = 6; index < given.length; index++) {
            String[] pair = given[index].split("=", 2);
            peer.properties.put(pair[0], pair[1]);
        }
        Connection connection = new JmsConnectionFactory(given[2]).createConnection();
        connection.start();
        if (given[3].equals("publish")) {
            peer.publish(connection.createSession(false, Session.AUTO_ACKNOWLEDGE), given[4], count);
        } else {
            peer.receive(connection.createSession(false, INDIVIDUAL_ACKNOWLEDGE), given[4], count);
        }
        connection.close();
        System.exit(0);
    }

    private void publish(Session session, String name, int count) throws Exception {
        Topic topic = session.createTopic(name);
        MessageProducer producer = session.createProducer(topic);
        producer.setDeliveryMode(DeliveryMode.PERSISTENT);
        send(session, producer, count);
        long cpu = cpu();
        long wall = System.nanoTime();
        send(session, producer, count);
        tell(cpu, wall);
    }

    private void send(Session session, MessageProducer producer, int count) throws Exception {
        AtomicReference<Exception> failed = new AtomicReference<>();
        for (int start = 0; start < count; start += WINDOW) {
            int end = Math.min(start + WINDOW, count);
            CountDownLatch left = new CountDownLatch(end - start);
            CompletionListener listener = new CompletionListener() {
                @Override
                public void onCompletion(Message message) {
                    left.countDown();
                }

                @Override
                public void onException(Message message, Exception error) {
                    failed.set(error);
                    left.countDown();
                }
            };
            for (int number = start; number < end; number++) {
                StringWriter out = new StringWriter(2048);
                writer.marshal(values.get(number % values.size()), out);
                TextMessage message = session.createTextMessage(out.toString());
                for (Map.Entry<String, String> each : properties.entrySet()) {
                    message.setStringProperty(each.getKey(), each.getValue());
                }
                producer.send(message, listener);
            }
            left.await();
            if (failed.get() != null) {
                throw failed.get();
            }
        }
    }

    private void receive(Session session, String name, int count) throws Exception {
        MessageConsumer consumer = session.createConsumer(session.createTopic(name));
        for (int number = 0; number < count; number++) {
            decode(bodies.get(number % bodies.size()));
        }
        System.out.println("ready");
        long cpu = cpu();
        long wall = 0;
        for (int number = 0; number < count; number++) {
            TextMessage message = (TextMessage) consumer.receive(LONGEST);
            if (message == null) {
                throw new IllegalStateException((count - number) + " messages are missing");
            }
            if (number == 0) {
                wall = System.nanoTime();
            }
            decode(message.getText());
            message.acknowledge();
        }
        tell(cpu, wall);
    }

    private Object decode(String body) throws Exception {
        return reader.unmarshal(factory.createXMLStreamReader(new StringReader(body)));
    }

    private static void tell(long cpu, long wall) {
        System.out.println((System.nanoTime() - wall) / 1e9 + " " + (cpu() - cpu) / 1e9);
    }

    private static long cpu() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
            .getProcessCpuTime();
    }
}
