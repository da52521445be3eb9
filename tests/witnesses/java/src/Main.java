import java.nio.file.Path;

/**
 * Drives `sae local` with the official SDK of Java, and compares each request of it with that of `sae call`.
 *
 * <p>The arguments are the built program and the file of parameters whose texts hold JSON. The last line counts the checks; the exit code is 1 if one failed.
 */
public final class Main {
  private int passed;
  private int failed;

  interface Check {
    void run() throws Exception;
  }

  void check(String name, Check check) {
    try {
      check.run();
      passed++;
    } catch (Exception | AssertionError error) {
      System.out.printf("FAILED %s%n  %s%n", name, error);
      failed++;
    }
  }

  public static void main(String[] arguments) throws Exception {
    if (arguments.length != 2) {
      System.err.println("usage: Main SAE JSON_TEXTS");
      System.exit(2);
    }
    long start = System.nanoTime();
    Main main = new Main();
    try (LocalServer server = new LocalServer(arguments[0])) {
      new Life(main, server.host).run();
    }
    try (Wire wire = new Wire(arguments[0], Path.of(arguments[1]))) {
      wire.compareAll(main);
    }
    System.out.printf(
        "SDK of Java: %d checks in %.1f s%n", main.passed + main.failed, (System.nanoTime() - start) / 1e9);
    System.out.printf("%d passed, %d failed%n", main.passed, main.failed);
    System.exit(main.failed > 0 || main.passed == 0 ? 1 : 0);
  }
}
