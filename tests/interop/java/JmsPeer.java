import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.jms.BytesMessage;
import javax.jms.Connection;
import javax.jms.ConnectionFactory;
import javax.jms.DeliveryMode;
import javax.jms.Destination;
import javax.jms.JMSException;
import javax.jms.MapMessage;
import javax.jms.Message;
import javax.jms.MessageConsumer;
import javax.jms.MessageProducer;
import javax.jms.Queue;
import javax.jms.Session;
import javax.jms.TemporaryQueue;
import javax.jms.TextMessage;
import javax.jms.Topic;

/**
 * A JMS client that does what the lines on its standard input say, and answers each with one line on its standard
 * output. It knows JMS and nothing of cimbus. Arguments: the class of a ConnectionFactory, and the URL for it.
 *
 * A line is a word, a blank, and fields as in the query of a URL: "send to=topic%3AA.B&text=hello". An answer is one,
 * too: "ok", "none" (nothing came in time) or "error reason=...".
 *
 *   listen  as, to [selector, durable, client]   a consumer of that name; durable needs a client id, and then has a
 *                                                connection of its own. to=temporary: a queue for it alone
 *   receive as, timeout (ms)                     the next message, acknowledged
 *   send    to, and a message                    "consumer:NAME" as reply_to is its temporary queue
 *   answer  as, and a message                    to the JMSReplyTo of what that consumer received last
 *   close   as                                   ends a consumer; a durable subscription stays
 *   forget  durable, client                      ends a durable subscription
 *   connect                                      leaves the connection, which may be broken, for a new one
 *
 * A message: text, object (a serialized String), bytes (base64) or map.NAME; type, correlation, priority, ttl (ms), mode (1 or 2) and reply_to;
 * properties as p.TYPE.NAME, the types being string, int, long, boolean and double.
 */
public final class JmsPeer {
    private final ConnectionFactory factory;
    private final Map<String, Listener> listeners = new HashMap<>();
    private Connection connection;
    private Session session;

    /** A consumer and what it takes with it when it ends. */
    private static final class Listener {
        MessageConsumer consumer;
        Session session;
        Connection own;
        TemporaryQueue temporary;
        Message last;

        void close() throws JMSException {
            if (own != null) {
                own.close();
                return;
            }
            consumer.close();
            if (temporary != null) {
                temporary.delete();
            }
            session.close();
        }
    }

    private JmsPeer(ConnectionFactory factory) {
        this.factory = factory;
    }

    public static void main(String[] arguments) throws Exception {
        PrintStream answers = System.out;
        System.setOut(System.err); // a library may log where it likes
        Class<?> kind = Class.forName(arguments[0]);
        ConnectionFactory factory = (ConnectionFactory) kind.getConstructor(String.class).newInstance(arguments[1]);
        JmsPeer peer = new JmsPeer(factory);
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            answers.println(peer.answer(line));
            answers.flush();
        }
        Runtime.getRuntime().halt(0); // clients have threads that would wait for a broker
    }

    private String answer(String line) throws IOException {
        try {
            String[] parts = line.split(" ", 2);
            Map<String, String> found = run(parts[0], read(parts.length > 1 ? parts[1] : ""));
            return found == null ? "none" : "ok " + write(found);
        } catch (JMSException | RuntimeException error) {
            error.printStackTrace();
            return "error " + write(Collections.singletonMap("reason", error.toString()));
        }
    }

    private Map<String, String> run(String word, Map<String, String> fields) throws JMSException {
        switch (word) {
            case "listen":
                return listen(fields);
            case "receive":
                return receive(listener(fields), Long.parseLong(needed(fields, "timeout")));
            case "send":
                return send(destination(session(), needed(fields, "to")), fields);
            case "answer":
                Destination wanted = listener(fields).last.getJMSReplyTo();
                if (wanted == null) {
                    throw new IllegalStateException("the last message has no JMSReplyTo");
                }
                return send(wanted, fields);
            case "close":
                listener(fields).close();
                listeners.remove(fields.get("as"));
                return Collections.emptyMap();
            case "forget":
                return forget(fields);
            case "connect":
                return connect();
            default:
                throw new IllegalArgumentException("no such command: " + word);
        }
    }

    // -- connections ---------------------------------------------------------------------------------------------

    private Session session() throws JMSException {
        if (connection == null) {
            connection = factory.createConnection();
            connection.start();
            session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
        }
        return session;
    }

    private Map<String, String> connect() throws JMSException {
        if (connection != null) {
            try {
                connection.close();
            } catch (JMSException broken) {
                System.err.println("left a connection that was broken: " + broken);
            }
            connection = null;
        }
        listeners.clear();
        session();
        return Collections.emptyMap();
    }

    private Connection as(String client) throws JMSException {
        Connection own = factory.createConnection();
        own.setClientID(client);
        own.start();
        return own;
    }

    // -- receiving -----------------------------------------------------------------------------------------------

    private Map<String, String> listen(Map<String, String> fields) throws JMSException {
        String selector = fields.get("selector");
        String durable = fields.get("durable");
        String to = needed(fields, "to");
        session();
        Listener made = new Listener();
        made.own = durable == null ? null : as(needed(fields, "client"));
        Connection used = made.own == null ? connection : made.own;
        made.session = used.createSession(false, Session.AUTO_ACKNOWLEDGE);
        if (to.equals("temporary")) {
            made.temporary = made.session.createTemporaryQueue();
            made.consumer = made.session.createConsumer(made.temporary);
        } else if (durable != null) {
            Topic topic = (Topic) destination(made.session, to);
            made.consumer = made.session.createDurableSubscriber(topic, durable, selector, false);
        } else {
            made.consumer = made.session.createConsumer(destination(made.session, to), selector);
        }
        listeners.put(needed(fields, "as"), made);
        return Collections.emptyMap();
    }

    private Map<String, String> forget(Map<String, String> fields) throws JMSException {
        Connection own = as(needed(fields, "client"));
        try {
            own.createSession(false, Session.AUTO_ACKNOWLEDGE).unsubscribe(needed(fields, "durable"));
        } finally {
            own.close();
        }
        return Collections.emptyMap();
    }

    private static Map<String, String> receive(Listener listener, long timeout) throws JMSException {
        Message message = listener.consumer.receive(timeout);
        if (message == null) {
            return null;
        }
        listener.last = message;
        Map<String, String> found = new LinkedHashMap<>();
        body(message, found);
        put(found, "id", message.getJMSMessageID());
        put(found, "correlation", message.getJMSCorrelationID());
        put(found, "type", message.getJMSType());
        put(found, "to", message.getJMSDestination());
        put(found, "reply_to", message.getJMSReplyTo());
        put(found, "mode", message.getJMSDeliveryMode());
        put(found, "priority", message.getJMSPriority());
        put(found, "expiration", message.getJMSExpiration());
        put(found, "redelivered", message.getJMSRedelivered());
        Enumeration<?> names = message.getPropertyNames();
        for (Object each : Collections.list(names)) {
            String name = (String) each;
            Object value = message.getObjectProperty(name);
            String type = value == null ? "null" : value.getClass().getSimpleName().toLowerCase();
            put(found, "p." + type + "." + name, value == null ? "" : value);
        }
        return found;
    }

    private static void body(Message message, Map<String, String> found) throws JMSException {
        if (message instanceof TextMessage) {
            put(found, "text", ((TextMessage) message).getText());
        } else if (message instanceof BytesMessage) {
            BytesMessage bytes = (BytesMessage) message;
            byte[] body = new byte[(int) bytes.getBodyLength()];
            bytes.readBytes(body);
            put(found, "bytes", Base64.getEncoder().encodeToString(body));
        } else if (message instanceof MapMessage) {
            MapMessage map = (MapMessage) message;
            Enumeration<?> names = map.getMapNames();
            for (Object name : Collections.list(names)) {
                put(found, "map." + name, map.getObject((String) name));
            }
        }
    }

    // -- sending -------------------------------------------------------------------------------------------------

    private Map<String, String> send(Destination to, Map<String, String> fields) throws JMSException {
        Message message = message(fields);
        MessageProducer producer = session().createProducer(to);
        try {
            producer.send(
                message,
                Integer.parseInt(fields.getOrDefault("mode", "" + DeliveryMode.PERSISTENT)),
                Integer.parseInt(fields.getOrDefault("priority", "" + Message.DEFAULT_PRIORITY)),
                Long.parseLong(fields.getOrDefault("ttl", "0")));
        } finally {
            producer.close();
        }
        return Collections.singletonMap("id", message.getJMSMessageID());
    }

    private Message message(Map<String, String> fields) throws JMSException {
        Message message = body(fields);
        message.setJMSType(fields.get("type"));
        message.setJMSCorrelationID(fields.get("correlation"));
        String reply = fields.get("reply_to");
        if (reply != null) {
            boolean temporary = reply.startsWith("consumer:");
            message.setJMSReplyTo(
                temporary ? listeners.get(reply.substring(9)).temporary : destination(session(), reply));
        }
        for (Map.Entry<String, String> field : fields.entrySet()) {
            if (field.getKey().startsWith("p.")) {
                String[] words = field.getKey().split("\\.", 3);
                message.setObjectProperty(words[2], typed(words[1], field.getValue()));
            }
        }
        return message;
    }

    private Message body(Map<String, String> fields) throws JMSException {
        if (fields.containsKey("text")) {
            return session().createTextMessage(fields.get("text"));
        }
        if (fields.containsKey("object")) {
            return session().createObjectMessage(fields.get("object"));
        }
        if (fields.containsKey("bytes")) {
            BytesMessage message = session().createBytesMessage();
            message.writeBytes(Base64.getDecoder().decode(fields.get("bytes")));
            return message;
        }
        MapMessage message = session().createMapMessage();
        for (Map.Entry<String, String> field : fields.entrySet()) {
            if (field.getKey().startsWith("map.")) {
                message.setString(field.getKey().substring(4), field.getValue());
            }
        }
        return message;
    }

    private static Object typed(String type, String value) {
        switch (type) {
            case "string":
                return value;
            case "int":
                return Integer.valueOf(value);
            case "long":
                return Long.valueOf(value);
            case "boolean":
                return Boolean.valueOf(value);
            case "double":
                return Double.valueOf(value);
            default:
                throw new IllegalArgumentException("no such type of a property: " + type);
        }
    }

    private static Destination destination(Session session, String text) throws JMSException {
        if (text.startsWith("queue:")) {
            return session.createQueue(text.substring(6));
        }
        if (text.startsWith("topic:")) {
            return session.createTopic(text.substring(6));
        }
        throw new IllegalArgumentException("neither topic: nor queue: " + text);
    }

    // -- lines ---------------------------------------------------------------------------------------------------

    private Listener listener(Map<String, String> fields) {
        Listener found = listeners.get(needed(fields, "as"));
        if (found == null) {
            throw new IllegalArgumentException("nobody listens as " + fields.get("as"));
        }
        return found;
    }

    private static String needed(Map<String, String> fields, String name) {
        String value = fields.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the field " + name + " is missing");
        }
        return value;
    }

    private static void put(Map<String, String> found, String name, Object value) throws JMSException {
        if (value instanceof Queue) {
            found.put(name, "queue:" + ((Queue) value).getQueueName());
        } else if (value instanceof Topic) {
            found.put(name, "topic:" + ((Topic) value).getTopicName());
        } else if (value != null) {
            found.put(name, value.toString());
        }
    }

    private static Map<String, String> read(String query) throws IOException {
        Map<String, String> fields = new LinkedHashMap<>();
        for (String field : query.isEmpty() ? new String[0] : query.split("&")) {
            String[] parts = field.split("=", 2);
            fields.put(URLDecoder.decode(parts[0], "UTF-8"), URLDecoder.decode(parts[1], "UTF-8"));
        }
        return fields;
    }

    private static String write(Map<String, String> fields) throws IOException {
        List<String> words = new ArrayList<>();
        for (Map.Entry<String, String> field : fields.entrySet()) {
            words.add(URLEncoder.encode(field.getKey(), "UTF-8") + "=" + URLEncoder.encode(field.getValue(), "UTF-8"));
        }
        return String.join("&", words);
    }
}
