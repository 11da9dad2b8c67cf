import type { OperatingSystem } from "../operating-system.ts";

/**
 * What Lambda's images have and real Lambda was reported to lack: names of libraries, and paths of what they read. A copy
 * too many does no harm, for Lambda's own comes first; one too few breaks the function. Nobody keeps a proved list.
 */
export const KNOWN_ABSENT: Readonly<Record<OperatingSystem, readonly RegExp[]>> = {
  al2: [
    // Source: aws/aws-lambda-base-images issue 112 (glib), 120 (curl).
    /^\/usr\/lib64\/lib(glib-2\.0|curl)\.so\./,
    // Source: reports collected by brefphp/extra-php-extensions and aws/aws-lambda-base-images, as in docs/facts.md.
    /^\/usr\/lib64\/lib(crypt|magic|xml2)[-.\d]*\.so/,
    /^\/usr\/share\/(file|misc)\/magic/,
  ],
  // Source: brefphp/extra-php-extensions issue 443 (2023); a listing of 2026 shows them present again.
  al2023: [/^\/usr\/lib64\/lib(gcrypt|gpg-error|assuan|gpgme|gobject-2\.0)\.so\./],
};
