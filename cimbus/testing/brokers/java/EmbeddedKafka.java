import java.nio.file.Files;
import java.nio.file.Path;
import kafka.Kafka;
import kafka.tools.StorageTool;

/**
 * Kafka as one process that makes its data folder first, if there is none. Its arguments are the broker's property file
 * and a file with the arguments of "kafka-storage.sh format", one a line; without the second one the folder is there.
 */
public class EmbeddedKafka {
    public static void main(String[] arguments) throws Exception {
        if (arguments.length > 1) {
            String[] format = Files.readAllLines(Path.of(arguments[1])).toArray(new String[0]);
            int status = StorageTool.execute(format, System.out);
            if (status != 0) {
                System.exit(status);
            }
        }
        Kafka.main(new String[] {arguments[0]});
    }
}
