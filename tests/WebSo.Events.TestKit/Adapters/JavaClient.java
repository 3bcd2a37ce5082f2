import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;

// Calls as the real server is likely to: HttpURLConnection, no Content-Type set. Prints the status of each call. Arguments: a URL, then
// bodies; or for each call --METHOD, a header as "name: value" or nothing, a URL, and a body.
public class JavaClient {
    public static void main(String[] args) throws Exception {
        if (args[0].startsWith("--")) {
            for (int i = 0; i < args.length; i += 4) {
                call(args[i].substring(2), args[i + 1], args[i + 2], args[i + 3]);
            }
        } else {
            for (int i = 1; i < args.length; i++) {
                call("POST", "", args[0], args[i]);
            }
        }
    }

    private static void call(String method, String header, String url, String body) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
        connection.setRequestMethod(method);
        connection.setDoOutput(true);
        if (!header.isEmpty()) {
            connection.setRequestProperty(header.split(": ")[0], header.split(": ")[1]);
        }
        try (OutputStream out = connection.getOutputStream()) {
            out.write(body.getBytes(StandardCharsets.UTF_8));
        }
        System.out.println(connection.getResponseCode());
        InputStream answer = connection.getResponseCode() < 400 ? connection.getInputStream() : connection.getErrorStream();
        if (answer != null) {
            answer.close();
        }
    }
}
