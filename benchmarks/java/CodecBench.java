import jakarta.xml.bind.JAXBContext;
import jakarta.xml.bind.Marshaller;
import jakarta.xml.bind.Unmarshaller;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamReader;

/**
 * What a message costs JAXB. Arguments: the class of the root, the file of a message, seconds of warming up.
 *
 * Reads lines "decode COUNT", "encode COUNT" and "write" from stdin. Answers a count with the CPU and the wall time in
 * nanoseconds, all threads of the virtual machine together, and "write" with the message as JAXB writes it, on one line.
 */
public final class CodecBench {
    private final byte[] xml;
    private final Unmarshaller reader;
    private final Marshaller writer;
    private final XMLInputFactory factory = XMLInputFactory.newFactory();
    private Object message;

    private CodecBench(Class<?> root, byte[] xml) throws Exception {
        JAXBContext context = JAXBContext.newInstance(root);
        this.xml = xml;
        reader = context.createUnmarshaller();
        writer = context.createMarshaller();
        message = decode();
    }

    public static void main(String[] given) throws Exception {
        CodecBench bench = new CodecBench(Class.forName(given[0]), Files.readAllBytes(Path.of(given[1])));
        long end = System.nanoTime() + (long) (Double.parseDouble(given[2]) * TimeUnit.SECONDS.toNanos(1));
        while (System.nanoTime() < end) {
            bench.message = bench.decode();
            bench.encode();
        }
        System.out.println("ready");
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            String[] words = line.split(" ");
            if (words[0].equals("write")) {
                System.out.println(bench.encode().toString("UTF-8").replace("\n", " "));
            } else {
                bench.measure(words[0].equals("decode"), Integer.parseInt(words[1]));
            }
        }
    }

    private Object decode() throws Exception {
        XMLStreamReader stream = factory.createXMLStreamReader(new ByteArrayInputStream(xml));
        return reader.unmarshal(stream);
    }

    private ByteArrayOutputStream encode() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream(xml.length * 2);
        writer.marshal(message, out);
        return out;
    }

    private void measure(boolean decoding, int count) throws Exception {
        long cpu = cpu();
        long wall = System.nanoTime();
        for (int i = 0; i < count; i++) {
            if (decoding) {
                message = decode();
            } else {
                encode();
            }
        }
        System.out.println((cpu() - cpu) + " " + (System.nanoTime() - wall));
    }

    private static long cpu() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
            .getProcessCpuTime();
    }
}
