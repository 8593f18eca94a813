import java.io.*;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.util.*;
import java.util.prefs.Preferences;

/** Imports each file into preferences in a directory of their own, and prints what the node com/example has then. */
public class PreferencesFile {
  public static void main(String[] args) throws Exception {
    Path home = Files.createTempDirectory("keytide-preferences-");
    System.setProperty("java.util.prefs.userRoot", home.toString());
    System.setProperty("java.util.prefs.systemRoot", home.resolve("system").toString());
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), false, "UTF-8");
    for (String line; (line = in.readLine()) != null; ) {
      try (InputStream file = new FileInputStream(path(line))) {
        Preferences.importPreferences(file);
      }
      Preferences node = Preferences.userRoot().node("com/example");
      StringJoiner members = new StringJoiner(",", "{", "}");
      for (String key : node.keys()) members.add(json(key) + ":" + json(node.get(key, null)));
      out.println(members);
      node.removeNode();
    }
    out.flush();
    try (var files = Files.walk(home)) {
      files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
    }
    Runtime.getRuntime().halt(0); // Its hooks would write the preferences again.
  }

  /** `path` is the first member, and has nothing to escape. */
  private static String path(String line) {
    return line.split("\"", 5)[3];
  }

  private static String json(String text) {
    StringBuilder out = new StringBuilder("\"");
    for (char c : text.toCharArray()) out.append(c < 127 && c > 31 && c != '"' && c != '\\' ? "" + c : String.format("\\u%04x", (int) c));
    return out.append('"').toString();
  }
}
