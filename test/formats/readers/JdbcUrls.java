import com.mysql.cj.conf.ConnectionUrl;
import com.mysql.cj.conf.HostInfo;
import java.io.*;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.util.*;
import org.mariadb.jdbc.Configuration;

/** What the driver of each URL finds in it, before any connection. */
public class JdbcUrls {
  public static void main(String[] args) throws Exception {
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), false, "UTF-8");
    for (String line; (line = in.readLine()) != null; ) {
      String text = Files.readString(Path.of(line.split("\"", 5)[3])); // `path` is the first member.
      String url = text.substring(0, text.length() - 1); // The line break.
      Map<String, String> found = url.startsWith("jdbc:postgresql:") ? postgresql(url) : url.startsWith("jdbc:mariadb:") ? mariadb(url) : mysql(url);
      StringJoiner members = new StringJoiner(",", "{", "}");
      found.forEach((key, value) -> members.add(json(key) + ":" + json(String.valueOf(value))));
      out.println(members);
    }
    out.flush();
  }

  private static Map<String, String> postgresql(String url) {
    Properties found = org.postgresql.Driver.parseURL(url, new Properties());
    return told(found.getProperty("PGHOST"), found.getProperty("PGPORT"), found.getProperty("PGDBNAME"), found.getProperty("user"), found.getProperty("password"));
  }

  private static Map<String, String> mariadb(String url) throws Exception {
    Configuration found = Configuration.parse(url);
    return told(found.addresses().get(0).host, "" + found.addresses().get(0).port, found.database(), found.user(), found.password());
  }

  private static Map<String, String> mysql(String url) {
    HostInfo found = ConnectionUrl.getConnectionUrlInstance(url, new Properties()).getMainHost();
    return told(found.getHost(), "" + found.getPort(), found.getDatabase(), found.getUser(), found.getPassword());
  }

  private static Map<String, String> told(String host, String port, String database, String username, String password) {
    String address = host == null ? "" : host.replaceAll("^\\[|]$", ""); // Some keep the brackets of an IPv6 address.
    Map<String, String> all = new LinkedHashMap<>();
    all.put("host", address);
    all.put("port", port);
    all.put("database", database);
    all.put("username", username);
    all.put("password", password);
    return all;
  }

  private static String json(String text) {
    StringBuilder out = new StringBuilder("\"");
    for (char c : text.toCharArray()) out.append(c < 127 && c > 31 && c != '"' && c != '\\' ? "" + c : String.format("\\u%04x", (int) c));
    return out.append('"').toString();
  }
}
