import java.io.*;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.*;
import org.apache.maven.api.*;
import org.apache.maven.api.services.*;
import org.apache.maven.api.settings.Server;
import org.apache.maven.impl.*;
import org.apache.maven.impl.model.DefaultInterpolator;
import org.codehaus.plexus.components.secdispatcher.internal.dispatchers.*;

/** The servers of each settings.xml as Maven 4 has them after it filled in variables and decrypted passwords. */
public class MavenSettings4 {
  public static void main(String[] args) throws Exception {
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), false, "UTF-8");
    ProtoSession session = ProtoSession.newBuilder().withUserProperties(Map.of("x", "filled in", "user.home", "/nowhere"))
      .withSystemProperties(Map.of()).withStartTime(Instant.EPOCH).withTopDirectory(Path.of("/")).withRootDirectory(Path.of("/")).build();
    SettingsBuilder builder =
      new DefaultSettingsBuilder(new DefaultSettingsXmlFactory(), new DefaultInterpolator(), Map.of("legacy", new LegacyDispatcher()));
    for (String line; (line = in.readLine()) != null; ) {
      SettingsBuilderResult found = builder.build(SettingsBuilderRequest.build(session, null, Sources.fromPath(Path.of(path(line)))));
      Server server = found.getEffectiveSettings().getServers().get(0);
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
