import java.io.*;
import java.nio.charset.StandardCharsets;
import java.util.*;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.*;
import org.springframework.core.io.FileSystemResource;

/** Loads each file as Spring Boot does an application.yaml, and asks the environment for all that it has, with placeholders resolved. */
public class SpringYaml {
  public static void main(String[] args) throws Exception {
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), false, "UTF-8");
    for (String line; (line = in.readLine()) != null; ) {
      StandardEnvironment environment = new StandardEnvironment();
      StringJoiner members = new StringJoiner(",", "{", "}");
      for (PropertySource<?> source : new YamlPropertySourceLoader().load("application", new FileSystemResource(path(line)))) {
        environment.getPropertySources().addFirst(source);
        for (String key : ((EnumerablePropertySource<?>) source).getPropertyNames()) {
          members.add(json(key) + ":" + json(environment.getRequiredProperty(key)));
        }
      }
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
