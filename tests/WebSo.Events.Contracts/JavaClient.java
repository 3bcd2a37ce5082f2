import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;

// Calls as the real server is likely to: HttpURLConnection, no Content-Type set. Arguments: the URL, then bodies. Prints a status each.
public class JavaClient {
    public static void main(String[] args) throws Exception {
        for (int i = 1; i < args.length; i++) {
            HttpURLConnection connection = (HttpURLConnection) URI.create(args[0]).toURL().openConnection();
            connection.setRequestMethod("POST");
            connection.setDoOutput(true);
            try (OutputStream out = connection.getOutputStream()) {
                out.write(args[i].getBytes(StandardCharsets.UTF_8));
            }
            System.out.println(connection.getResponseCode());
            connection.getInputStream().close();
        }
    }
}
