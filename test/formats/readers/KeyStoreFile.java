import java.io.*;
import java.nio.charset.StandardCharsets;
import java.security.*;
import java.security.cert.Certificate;
import java.util.*;

/** Opens each file as a PKCS#12 key store: the chain of its key, which must fit, or the certificates that it trusts, sorted. */
public class KeyStoreFile {
  public static void main(String[] args) throws Exception {
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line; (line = in.readLine()) != null; ) {
      char[] password = password(line);
      KeyStore store = KeyStore.getInstance("PKCS12");
      try (InputStream file = new FileInputStream(line.split("\"", 5)[3])) {
        store.load(file, password);
      }
      System.out.println(found(store, password));
    }
  }

  private static String found(KeyStore store, char[] password) throws Exception {
    List<String> trusted = new ArrayList<>();
    for (String alias : Collections.list(store.aliases())) {
      if (store.isKeyEntry(alias)) {
        Certificate[] chain = store.getCertificateChain(alias);
        List<String> all = new ArrayList<>();
        for (Certificate each : chain) all.add(base64(each));
        String key = fits((PrivateKey) store.getKey(alias, password), chain[0].getPublicKey()) ? "fits" : "does not fit";
        return "{\"certificates\":\"" + String.join(" ", all) + "\",\"key\":\"" + key + "\"}";
      }
      trusted.add(base64(store.getCertificate(alias)));
    }
    Collections.sort(trusted);
    return "{\"certificates\":\"" + String.join(" ", trusted) + "\"}";
  }

  private static boolean fits(PrivateKey own, PublicKey other) throws Exception {
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(own);
    byte[] signed = signature.sign();
    signature.initVerify(other);
    return signature.verify(signed);
  }

  private static String base64(Certificate certificate) throws Exception {
    return Base64.getEncoder().encodeToString(certificate.getEncoded());
  }

  /** The format takes printable ASCII, of which JSON escapes two. */
  private static char[] password(String line) {
    int at = line.indexOf("\"password\":\"") + 12;
    StringBuilder text = new StringBuilder();
    for (; line.charAt(at) != '"'; at++) text.append(line.charAt(line.charAt(at) == '\\' ? ++at : at));
    return text.toString().toCharArray();
  }
}
