import java.io.*;
import java.nio.charset.StandardCharsets;
import java.util.*;
import org.springframework.beans.factory.config.BeanExpressionContext;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.context.expression.StandardBeanExpressionResolver;
import org.springframework.core.env.*;
import org.springframework.core.io.FileSystemResource;

/**
 * Loads each file as Spring Boot does an application.yaml, and asks the environment for all that it has, with placeholders resolved. What
 * an @Value would inject, which is evaluated as an expression, must be the same.
 */
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
          String text = environment.getRequiredProperty(key);
          if (!text.equals(injected(environment, key))) throw new IllegalStateException("@Value gives something else for " + key);
          members.add(json(key) + ":" + json(text));
        }
      }
      out.println(members);
    }
    out.flush();
  }

  private static Object injected(StandardEnvironment environment, String key) {
    DefaultListableBeanFactory beans = new DefaultListableBeanFactory();
    beans.addEmbeddedValueResolver(environment::resolveRequiredPlaceholders);
    String text = beans.resolveEmbeddedValue("${" + key + "}");
    return new StandardBeanExpressionResolver().evaluate(text, new BeanExpressionContext(beans, null));
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
