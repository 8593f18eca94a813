import java.io.*;
import java.nio.charset.StandardCharsets;
import java.util.*;
import org.apache.maven.settings.*;
import org.apache.maven.settings.building.*;
import org.apache.maven.settings.crypto.*;
import org.sonatype.plexus.components.cipher.DefaultPlexusCipher;
import org.sonatype.plexus.components.sec.dispatcher.DefaultSecDispatcher;

/** The servers of each settings.xml as Maven has them after it filled in variables and decrypted passwords. */
public class MavenSettings {
  public static void main(String[] args) throws Exception {
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), false, "UTF-8");
    SettingsBuilder builder = new DefaultSettingsBuilderFactory().newInstance();
    SettingsDecrypter decrypter = new DefaultSettingsDecrypter(new DefaultSecDispatcher(new DefaultPlexusCipher(), Map.of(), "none"));
    Properties variables = new Properties();
    variables.setProperty("x", "filled in");
    for (String line; (line = in.readLine()) != null; ) {
      File file = new File(path(line));
      SettingsBuildingRequest request = new DefaultSettingsBuildingRequest().setUserSettingsFile(file).setSystemProperties(variables);
      Settings settings = builder.build(request).getEffectiveSettings();
      Server server = settings.getServers().get(0);
      SettingsDecryptionResult found = decrypter.decrypt(new DefaultSettingsDecryptionRequest(server));
      if (!found.getProblems().isEmpty()) throw new Exception(found.getProblems().toString());
      server = found.getServer();
      out.println("{\"id\":" + json(server.getId()) + ",\"username\":" + json(server.getUsername()) + ",\"password\":" + json(server.getPassword()) + "}");
    }
    out.flush();
  }

  /** `path` is the first member, and has nothing to escape. */
  private static String path(String line) {
    return line.split("\"", 5)[3];
  }

  private static String json(String text) {
    if (text == null) return "null";
    StringBuilder out = new StringBuilder("\"");
    for (char c : text.toCharArray()) out.append(c < 127 && c > 31 && c != '"' && c != '\\' ? "" + c : String.format("\\u%04x", (int) c));
    return out.append('"').toString();
  }
}
