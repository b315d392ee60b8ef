import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

/** Paths of a certificate and its key, PEM. */
export interface CertificatePaths {
  cert: string;
  key: string;
}

/** Certificates for a server on 127.0.0.1 and a client, both signed by `ca`; `stranger` is signed by `otherCa`. */
export interface Certificates {
  ca: string;
  otherCa: string;
  server: CertificatePaths;
  client: CertificatePaths;
  stranger: CertificatePaths;
}

/** Makes certificates, valid for a day. */
export async function makeCertificates(directory: string): Promise<Certificates> {
  const ca = await makeAuthority(directory, "ca");
  const otherCa = await makeAuthority(directory, "other-ca");
  return {
    ca: ca.cert,
    otherCa: otherCa.cert,
    server: await makeCertificate(directory, { name: "server", ca }),
    client: await makeCertificate(directory, { name: "client", ca }),
    stranger: await makeCertificate(directory, { name: "stranger", ca: otherCa }),
  };
}

const NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

async function makeAuthority(directory: string, name: string): Promise<CertificatePaths> {
  const paths = pathsOf(directory, name);
  const subject = ["-subj", `/CN=${name}`, "-days", "1"];
  await openssl(["req", "-x509", ...NEW_KEY, ...subject, "-keyout", paths.key, "-out", paths.cert]);
  return paths;
}

async function makeCertificate(
  directory: string,
  { name, ca }: { name: string; ca: CertificatePaths },
): Promise<CertificatePaths> {
  const paths = pathsOf(directory, name);
  const request = join(directory, `${name}.csr`);
  const extensions = join(directory, `${name}.ext`);
  await writeFile(extensions, "subjectAltName=IP:127.0.0.1,DNS:localhost\n");
  await openssl(["req", ...NEW_KEY, "-subj", `/CN=${name}`, "-keyout", paths.key, "-out", request]);
  const signer = ["-CA", ca.cert, "-CAkey", ca.key, "-CAcreateserial"];
  const output = ["-days", "1", "-extfile", extensions, "-out", paths.cert];
  await openssl(["x509", "-req", "-in", request, ...signer, ...output]);
  return paths;
}

function pathsOf(directory: string, name: string): CertificatePaths {
  return { cert: join(directory, `${name}.crt`), key: join(directory, `${name}.key`) };
}

async function openssl(args: string[]): Promise<void> {
  try {
    await promisify(execFile)("openssl", args);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "ENOENT") throw cause;
    const problem = "there is no openssl; install it (on Debian: apt-get install openssl)";
    throw new Error(`Cannot make the certificates of this test: ${problem}`, { cause });
  }
}
