import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** `sae local` as a child process on a free port, which is always ended. */
final class LocalServer implements AutoCloseable {
  private static final Pattern FIRST_LINE = Pattern.compile("listening http://(127\\.0\\.0\\.1:\\d+)");
  private static final int TIMEOUT_SECONDS = 10;

  final String host;
  private final Process child;

  LocalServer(String program) throws IOException {
    child =
        new ProcessBuilder(program, "local", "--listen", "127.0.0.1:0")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    BufferedReader output = new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8));
    String line = output.readLine();
    Matcher found = FIRST_LINE.matcher(String.valueOf(line));
    if (!found.matches()) {
      child.destroyForcibly();
      throw new IOException("the first line of `sae local` should tell its address, but is " + line);
    }
    host = found.group(1);
  }

  @Override
  public void close() throws InterruptedException {
    child.destroy();
    if (!child.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
      child.destroyForcibly();
    }
  }
}
