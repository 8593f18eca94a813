import java.io.*;
import java.nio.charset.StandardCharsets;
import java.util.*;

/** Loads each file as java.util.Properties does from a stream of bytes, or from XML. */
public class PropertiesFile {
  public static void main(String[] args) throws Exception {
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), false, "UTF-8");
    for (String line; (line = in.readLine()) != null; ) {
      Properties all = new Properties();
      try (InputStream file = new FileInputStream(path(line))) {
        if (path(line).endsWith("-xml")) all.loadFromXML(file);
        else all.load(file);
      }
      StringJoiner members = new StringJoiner(",", "{", "}");
      for (String key : all.stringPropertyNames()) members.add(json(key) + ":" + json(all.getProperty(key)));
      out.println(members);
    }
    out.flush();
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
