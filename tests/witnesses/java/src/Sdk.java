import com.aliyuncs.AcsRequest;
import com.aliyuncs.AcsResponse;
import com.aliyuncs.DefaultAcsClient;
import com.aliyuncs.RoaAcsRequest;
import com.aliyuncs.http.HttpResponse;
import com.aliyuncs.http.ProtocolType;
import com.aliyuncs.profile.DefaultProfile;
import com.aliyuncs.reader.Reader;
import com.aliyuncs.reader.ReaderFactory;
import com.aliyuncs.transform.UnmarshallerContext;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The client of the SDK for one server. What it reads of an answer is held against the answer. */
final class Sdk {
  static final String REGION = "cn-hangzhou";
  static final String ACCESS_KEY = "local";
  static final String SECRET = "local-secret";

  /** The operations that have succeeded. */
  final Set<String> succeeded = new TreeSet<>();

  private final DefaultAcsClient client;
  private final String host;

  Sdk(String host, String secret) {
    client = new DefaultAcsClient(DefaultProfile.getProfile(REGION, ACCESS_KEY, secret));
    this.host = host;
  }

  /** Sends a request without a retry. */
  <T extends AcsResponse> HttpResponse send(AcsRequest<T> request) throws Exception {
    request.setSysEndpoint(host);
    request.setSysProtocol(ProtocolType.HTTP);
    return client.doAction(request, false, 0);
  }

  /** Calls an operation that succeeds; its answer as the SDK reads it. */
  <T extends AcsResponse> T call(RoaAcsRequest<T> request) throws Exception {
    String operation = request.getSysActionName();
    HttpResponse answer = send(request);
    String content = answer.getHttpContentString();
    if (!answer.isSuccess()) {
      throw new AssertionError(operation + " was refused: " + content);
    }
    T response = request.getResponseClass().getDeclaredConstructor().newInstance();
    Reader reader = ReaderFactory.createInstance(answer.getHttpContentType());
    String root = request.getResponseClass().getSimpleName();
    UnmarshallerContext context = new UnmarshallerContext();
    context.setResponseMap(
        response.checkShowJsonItemName() ? reader.read(content, root) : reader.readForHideArrayItem(content, root));
    context.setHttpResponse(answer);
    response.getInstance(context);
    compare(operation, response, JsonParser.parseString(content));
    succeeded.add(operation);
    return response;
  }

  /** Calls an operation that is refused with this status and code. */
  void refused(RoaAcsRequest<?> request, int status, String code) throws Exception {
    HttpResponse answer = send(request);
    JsonObject refusal = JsonParser.parseString(answer.getHttpContentString()).getAsJsonObject();
    String found = answer.getStatus() + " " + refusal.get("Code").getAsString();
    if (!found.equals(status + " " + code)) {
      throw new AssertionError(request.getSysActionName() + " should answer " + code + ", but " + refusal);
    }
  }

  /** Holds what a getter gives against the member of its name. */
  private static void compare(String place, Object value, JsonElement wire) throws Exception {
    if (value == null || value instanceof List && ((List<?>) value).isEmpty()) {
      boolean empty =
          wire == null
              || wire.isJsonNull()
              || wire.isJsonArray() && wire.getAsJsonArray().isEmpty()
              || wire.isJsonPrimitive() && wire.getAsString().isEmpty();
      verify(empty, place, value, wire);
    } else if (value instanceof List) {
      List<?> items = (List<?>) value;
      // An object around a list names its items.
      JsonElement list = wire.isJsonObject() ? wire.getAsJsonObject().entrySet().iterator().next().getValue() : wire;
      JsonArray array = list.getAsJsonArray();
      verify(array.size() == items.size(), place, items.size() + " items", wire);
      for (int i = 0; i < items.size(); i++) {
        compare(place + "[" + i + "]", items.get(i), array.get(i));
      }
    } else if (value instanceof String || value instanceof Number || value instanceof Boolean) {
      boolean same = wire != null && wire.isJsonPrimitive() && wire.getAsString().equals(value.toString());
      verify(same || number(value, wire), place, value, wire);
    } else {
      for (Method getter : getters(value)) {
        JsonObject members = wire == null || !wire.isJsonObject() ? new JsonObject() : wire.getAsJsonObject();
        String name = getter.getName().substring(3);
        compare(place + "." + name, getter.invoke(value), member(members, name));
      }
    }
  }

  private static boolean number(Object value, JsonElement wire) {
    return value instanceof Number && wire != null && wire.isJsonPrimitive()
        && wire.getAsDouble() == ((Number) value).doubleValue();
  }

  /** The member that a getter reads: Java writes its first letter large, and renames what it has already. */
  private static JsonElement member(JsonObject members, String name) {
    String small = Character.toLowerCase(name.charAt(0)) + name.substring(1);
    return Stream.of(name, small, name.replaceFirst("^Biz", ""), name.replaceFirst("1$", ""))
        .map(members::get)
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  private static List<Method> getters(Object value) {
    return Stream.of(value.getClass().getDeclaredMethods())
        .filter(method -> method.getName().startsWith("get") && method.getParameterCount() == 0)
        .collect(Collectors.toList());
  }

  private static void verify(boolean holds, String place, Object value, JsonElement wire) {
    if (!holds) {
      throw new AssertionError(place + ": the SDK reads " + value + " of " + wire);
    }
  }

  /** The classes of all requests that the SDK has. */
  static List<Class<?>> requests() throws IOException, URISyntaxException {
    Class<?> one = com.aliyuncs.sae.model.v20190506.DescribeRegionsRequest.class;
    String folder = "/" + one.getPackageName().replace('.', '/');
    Path jar = Path.of(one.getProtectionDomain().getCodeSource().getLocation().toURI());
    try (FileSystem files = FileSystems.newFileSystem(jar, (ClassLoader) null);
        Stream<Path> entries = Files.list(files.getPath(folder))) {
      return entries
          .map(entry -> entry.getFileName().toString())
          .filter(name -> name.endsWith("Request.class"))
          .sorted()
          .map(name -> loaded(one.getPackageName() + "." + name.substring(0, name.length() - ".class".length())))
          .collect(Collectors.toList());
    }
  }

  private static Class<?> loaded(String name) {
    try {
      return Class.forName(name);
    } catch (ClassNotFoundException error) {
      throw new AssertionError(error);
    }
  }
}
