import com.aliyuncs.RoaAcsRequest;
import com.aliyuncs.exceptions.ClientException;
import com.google.gson.Gson;
import com.google.gson.reflect.TypeToken;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Sends each request by the SDK and by the program to one recording server: both have to say the same. */
final class Wire implements AutoCloseable {
  private static final String SPECIAL = "Ü世界 a&b=c?d%20/e+f*g~h \"i\" 'j' <k> \\l";
  private static final int TIMEOUT_SECONDS = 30;

  private final String program;
  private final HttpServer server;
  private final Map<String, String> jsonTexts;
  private final BlockingQueue<Map<String, String>> received = new LinkedBlockingQueue<>();

  Wire(String program, Path jsonTexts) throws IOException {
    this.program = program;
    this.jsonTexts = jsonTexts(jsonTexts);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::record);
    server.start();
  }

  void compareAll(Main main) throws Exception {
    List<Class<?>> requests = Sdk.requests();
    main.check("the SDK has operations", () -> {
      if (requests.size() < 30) {
        throw new AssertionError(requests.size());
      }
    });
    for (Class<?> request : requests) {
      main.check(request.getSimpleName() + " is sent alike", () -> compare(request));
    }
  }

  private void compare(Class<?> kind) throws Exception {
    RoaAcsRequest<?> request = (RoaAcsRequest<?>) kind.getDeclaredConstructor().newInstance();
    Map<String, Object> parameters = new TreeMap<>();
    for (Method setter : kind.getDeclaredMethods()) {
      if (setter.getName().startsWith("set") && setter.getParameterCount() == 1) {
        String name = setter.getName().substring(3);
        Object value = value(name, setter.getParameterTypes()[0], parameters.size());
        setter.invoke(request, value);
        parameters.put(name, value);
      }
    }
    String host = "127.0.0.1:" + server.getAddress().getPort();
    try {
      new Sdk(host, Sdk.SECRET).send(request);
    } catch (ClientException error) {
      // The answer is empty; what counts is the request.
    }
    Map<String, String> theirs = received.poll(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    Map<String, String> ours = bySae(request.getSysActionName(), parameters, host);
    if (!ours.equals(theirs)) {
      throw new AssertionError("the SDK sends " + theirs + "\n  sae sends " + ours);
    }
  }

  private Map<String, String> bySae(String operation, Map<String, Object> parameters, String host) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(program, "call", operation, "--product", "sae", "--params", new Gson().toJson(parameters),
            "--signature", "roa", "--endpoint", "http://" + host, "--region", Sdk.REGION, "--max-attempts", "1");
    builder.environment().put("ALIBABA_CLOUD_ACCESS_KEY_ID", Sdk.ACCESS_KEY);
    builder.environment().put("ALIBABA_CLOUD_ACCESS_KEY_SECRET", Sdk.SECRET);
    Process child = builder.redirectErrorStream(true).start();
    String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!child.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
      child.destroyForcibly();
    }
    Map<String, String> ours = received.poll();
    if (ours == null) {
      throw new AssertionError("sae sends nothing: " + output);
    }
    return ours;
  }

  private Object value(String name, Class<?> kind, int number) {
    if (kind == Integer.class) {
      return number + 1;
    } else if (kind == Long.class) {
      return number + 1L;
    } else if (kind == Boolean.class) {
      return true;
    } else if (kind == Float.class) {
      return number + 0.5f;
    } else if (jsonTexts.containsKey(name)) {
      return jsonTexts.get(name);
    } else if (name.equals("CoStatus")) {
      return "2";
    }
    return name + " " + number + " " + SPECIAL;
  }

  private void record(HttpExchange exchange) throws IOException {
    Map<String, String> parts = new TreeMap<>();
    parts.put("method", exchange.getRequestMethod());
    parts.put("path", exchange.getRequestURI().getPath());
    add(parts, "query", exchange.getRequestURI().getRawQuery());
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    String type = String.valueOf(exchange.getRequestHeaders().getFirst("Content-Type"));
    add(parts, type.startsWith("application/x-www-form-urlencoded") ? "form" : type, body);
    received.add(parts);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    byte[] answer = "{}".getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, answer.length);
    exchange.getResponseBody().write(answer);
    exchange.close();
  }

  private static void add(Map<String, String> parts, String where, String encoded) {
    if (encoded == null || encoded.isEmpty()) {
      return;
    }
    for (String pair : encoded.split("&")) {
      String[] sides = pair.split("=", 2);
      String value = sides.length == 2 ? sides[1] : "";
      parts.merge(where + " " + decoded(sides[0]), decoded(value), (one, other) -> one + " and " + other);
    }
  }

  /** A text for each parameter that holds JSON, of the form that it has. */
  private static Map<String, String> jsonTexts(Path file) throws IOException {
    Map<String, String> examples =
        Map.of(
            "object", "{\"unknown member\": \"ü\"}",
            "objects", "[{\"unknown member\": \"ü\"}, {}]",
            "texts", "[\"1\", \"ü\"]",
            "map of texts", "{\"first\": \"ü\"}",
            "map of objects", "{\"first\": {}}");
    Map<String, List<String>> forms =
        new Gson().fromJson(Files.readString(file), new TypeToken<Map<String, List<String>>>() {}.getType());
    Map<String, String> texts = new TreeMap<>();
    forms.forEach((form, names) -> names.forEach(name -> texts.put(name, examples.get(form))));
    return texts;
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
