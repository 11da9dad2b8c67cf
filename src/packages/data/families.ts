/**
 * A kind of packages whose files are found by an environment variable alone. What a program or library of the layer
 * itself reads is not here: its compiled-in paths are rewritten. Here is what is read by something *outside* the layer,
 * in the image or in the function's own code, and what is put together at run time from a path too short to tell.
 */
export interface Family {
  /** Two to four letters; codes stand in a layer's Description, so none may ever change its meaning. */
  readonly code: string;
  /** The whole value of each variable. Where a value replaces the reader's default, the default follows ours. */
  readonly variables: Readonly<Record<string, string>>;
  /** Paths below /opt; one of them tells the family. `*` stands for anything but a slash, `**` for anything. */
  readonly files: readonly string[];
  /** Paths of a reader: where the layer has it, the reader was rewritten and no variable is needed. */
  readonly unless: readonly string[];
  /** Whole package names that bring such files, for when there is no layer yet to look into. `*` for anything. */
  readonly names: readonly string[];
}

/** Variables that hold a list of paths, by what separates them: two families' values are joined. All others hold one value. */
export const PATH_LISTS: Readonly<Record<string, string>> = {
  GCONV_PATH: ":",
  GI_TYPELIB_PATH: ":",
  GIO_EXTRA_MODULES: ":",
  KRB5_CONFIG: ":",
  LOCPATH: ":",
  PERL5LIB: ":",
  PYTHONTZPATH: ":",
  SASL_PATH: ":",
  TERMINFO_DIRS: ":",
  XDG_DATA_DIRS: ":",
  XML_CATALOG_FILES: " ",
};

/**
 * By code. Looked at and left out: MAGIC (libmagic and its database are one package, so either both are in the layer or
 * none is), JAVA_HOME (`java` finds its own home), krb5's plugins and p11-kit's modules (no variable names their folder).
 */
export const FAMILIES: readonly Family[] = [
  {
    // A package of one's own certificates changes the image's bundle in %post. Reader: libcrypto, and what follows it.
    // OpenSSL, SSL_CTX_load_verify_locations(3), "SSL_CERT_FILE".
    code: "ca",
    variables: { SSL_CERT_FILE: "/opt/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem" },
    files: ["etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem"],
    unless: [],
    names: ["ca-certificates"],
  },
  {
    // Read by code that brings a fontconfig of its own: sharp, node-canvas, Chromium. The layer's reads the same files.
    // fontconfig user's manual, "FONTCONFIG_PATH"; sharp.pixelplumbing.com/install, "Fonts".
    code: "fc",
    variables: { FONTCONFIG_PATH: "/opt/etc/fonts" },
    files: ["etc/fonts/fonts.conf"],
    unless: [],
    names: ["fontconfig", "*-fonts", "ImageMagick", "graphviz", "librsvg2*", "pango", "cairo", "gd", "ghostscript"],
  },
  {
    // Reader: glibc's iconv, in the image. It looks into these folders before its own. glibc manual, "glibc iconv
    // Implementation".
    code: "gc",
    variables: { GCONV_PATH: "/opt/lib/gconv" },
    files: ["lib/gconv/gconv-modules", "lib/gconv/gconv-modules.d/*.conf"],
    unless: [],
    names: ["glibc-gconv-extra"],
  },
  {
    // Reader: libgirepository, in the al2023 image, whose folder the image has too. "Extra" to its own folder.
    // gobject-introspection, girepository/girepository.c, "GI_TYPELIB_PATH".
    code: "gi",
    variables: { GI_TYPELIB_PATH: "/opt/lib/girepository-1.0" },
    files: ["lib/girepository-1.0/*.typelib"],
    unless: [],
    names: ["gobject-introspection", "pango", "gdk-pixbuf2", "librsvg2", "gtk3", "gtk4", "harfbuzz", "poppler-glib"],
  },
  {
    // Reader: libgio of glib2, whose folder the image has too. In addition to its own folder; a module found twice is
    // loaded once. GIO reference, "Running GIO applications".
    code: "gm",
    variables: { GIO_EXTRA_MODULES: "/opt/lib/gio/modules" },
    files: ["lib/gio/modules/*.so"],
    unless: [],
    names: ["glib-networking", "dconf", "gvfs"],
  },
  {
    // Reader: libgdk_pixbuf. It stores its library folder's bare path and appends to it at run time. The folder's version
    // has stood since 2010. gdk-pixbuf, gdk-pixbuf/gdk-pixbuf-io.c, "GDK_PIXBUF_MODULE_FILE".
    code: "gp",
    variables: { GDK_PIXBUF_MODULE_FILE: "/opt/lib/gdk-pixbuf-2.0/2.10.0/loaders.cache" },
    files: ["lib/gdk-pixbuf-2.0/2.10.0/loaders.cache", "lib/gdk-pixbuf-2.0/2.10.0/loaders/*.so"],
    unless: [],
    names: ["gdk-pixbuf2*", "librsvg2*", "gtk2", "gtk3", "gtk4"],
  },
  {
    // git stores its prefix, a bare "/usr", apart from the folder below it. git(1), git-init(1), "GIT_TEMPLATE_DIR".
    code: "gt",
    variables: { GIT_TEMPLATE_DIR: "/opt/share/git-core/templates" },
    files: ["share/git-core/templates/*"],
    unless: [],
    names: ["git", "git-*"],
  },
  {
    // Reader: libkrb5, in both images. A site's package may write the file; the first of the list wins. MIT krb5, krb5.conf(5).
    code: "kr",
    variables: { KRB5_CONFIG: "/opt/etc/krb5.conf:/etc/krb5.conf" },
    files: ["etc/krb5.conf"],
    unless: ["lib/libkrb5.so.3"],
    names: ["krb5-workstation"],
  },
  {
    // Reader: glibc's setlocale, in the image; it looks into its own folder afterwards. glibc manual, "Locale Names".
    code: "lc",
    variables: { LOCPATH: "/opt/lib/locale" },
    files: ["lib/locale/*/LC_*"],
    unless: [],
    names: ["glibc-langpack-*", "glibc-locale-source"],
  },
  {
    // Reader: libldap, in the al2 image. OpenLDAP, ldap.conf(5), "LDAPCONF".
    code: "ld",
    variables: { LDAPCONF: "/opt/etc/openldap/ldap.conf" },
    files: ["etc/openldap/ldap.conf"],
    unless: ["lib/libldap.so.2", "lib/libldap-2.4.so.2", "lib/libldap_r-2.4.so.2"],
    names: ["openldap-clients"],
  },
  {
    // unixODBC stores a bare "/etc" and appends to it at run time. unixODBC, odbcinst/SQLGetPrivateProfileString.c.
    code: "od",
    variables: { ODBCSYSINI: "/opt/etc" },
    files: ["etc/odbcinst.ini", "etc/odbc.ini"],
    unless: [],
    names: ["unixODBC*", "*-odbc", "*-connector-odbc", "msodbcsql*", "freetds*"],
  },
  {
    // Reader: libcrypto, in the image. One folder, which replaces the image's own engines. OpenSSL, openssl-env(7).
    code: "oe",
    variables: { OPENSSL_ENGINES: "/opt/lib/engines-3" },
    files: ["lib/engines-3/*.so"],
    unless: ["lib/libcrypto.so.3"],
    names: ["openssl-pkcs11"],
  },
  {
    // The same for providers: one folder, which replaces the image's (its "legacy" and "fips"). OpenSSL, openssl-env(7).
    code: "om",
    variables: { OPENSSL_MODULES: "/opt/lib/ossl-modules" },
    files: ["lib/ossl-modules/*.so"],
    unless: ["lib/libcrypto.so.3"],
    names: ["pkcs11-provider"],
  },
  {
    // Modules for a perl that is in the image; Amazon's images have none, so it comes with the layer. perlrun, "PERL5LIB".
    code: "pl",
    variables: { PERL5LIB: "/opt/lib/perl5/vendor_perl:/opt/share/perl5/vendor_perl:/opt/lib/perl5:/opt/share/perl5" },
    files: ["lib/perl5/**.pm", "share/perl5/**.pm"],
    unless: ["bin/perl"],
    names: [],
  },
  {
    // Reader: libsasl2, in the al2 image. Cyrus SASL, "Read Me First": a colon-separated list in place of the default.
    code: "sa",
    variables: { SASL_PATH: "/opt/lib/sasl2:/usr/lib64/sasl2" },
    files: ["lib/sasl2/*.so*"],
    unless: ["lib/libsasl2.so.2", "lib/libsasl2.so.3"],
    names: ["cyrus-sasl-*"],
  },
  {
    // Reader: libtinfo, in the image; the list replaces its own folder. ncurses, terminfo(5), "Fetching Compiled Descriptions".
    code: "ti",
    variables: { TERMINFO_DIRS: "/opt/share/terminfo:/usr/share/terminfo" },
    files: ["share/terminfo/*/*"],
    unless: ["lib/libtinfo.so.6"],
    names: ["ncurses-term"],
  },
  {
    // Readers: glibc, .NET, and the languages' own code; not every image has the zones (aws/aws-lambda-dotnet issue 1620).
    // One zone that never changes tells that the layer has them all, and not only those that an update has touched.
    // tzset(3), "TZDIR"; Python's PEP 615, "PYTHONTZPATH"; Go's time.LoadLocation, "ZONEINFO".
    code: "tz",
    variables: {
      TZDIR: "/opt/share/zoneinfo",
      PYTHONTZPATH: "/opt/share/zoneinfo",
      ZONEINFO: "/opt/share/zoneinfo",
    },
    files: ["share/zoneinfo/Etc/UTC"],
    unless: [],
    names: ["tzdata"],
  },
  {
    // Reader: libxml2, in the al2023 image. A list separated by spaces. libxml2, "XML_CATALOG_FILES" in xmlcatalog(1).
    code: "xc",
    variables: { XML_CATALOG_FILES: "/opt/etc/xml/catalog" },
    files: ["etc/xml/catalog"],
    unless: ["lib/libxml2.so.2"],
    names: ["xml-common", "docbook-*"],
  },
  {
    // Reader: glib2 and whoever follows the XDG Base Directory Specification; the compiled-in "/usr/share" is any folder
    // below it, so it cannot be rewritten even where the reader is in the layer. Data that glib itself or gdk-pixbuf,
    // GTK and their kin look up: types, settings, icons.
    code: "xd",
    variables: { XDG_DATA_DIRS: "/opt/share:/usr/local/share:/usr/share" },
    files: ["share/mime/mime.cache", "share/glib-2.0/schemas/gschemas.compiled", "share/icons/*/index.theme"],
    unless: [],
    names: [
      "shared-mime-info",
      "gsettings-desktop-schemas",
      "*-icon-theme",
      "gdk-pixbuf2",
      "librsvg2*",
      "gtk3",
      "gtk4",
    ],
  },
];
