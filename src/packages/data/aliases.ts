import type { OperatingSystem } from "../operating-system.ts";

/**
 * Names people know from other systems, and what holds the same libraries here. Whole names only.
 * Source: Amazon Linux 2023's package list and its comparison with AL2 (docs/facts.md, "Package names").
 */
export const ALIASES: Readonly<Record<OperatingSystem, Readonly<Record<string, string>>>> = {
  al2: {
    "mysql-libs": "mariadb-libs",
    "mysql-devel": "mariadb-devel",
    "mariadb-connector-c": "mariadb-libs",
    "mariadb-connector-c-devel": "mariadb-devel",
    libpq: "postgresql-libs",
    "libpq-devel": "postgresql-devel",
  },
  al2023: {
    "mysql-libs": "mariadb-connector-c",
    "mysql-devel": "mariadb-connector-c-devel",
    "mariadb-libs": "mariadb-connector-c",
    "mariadb-devel": "mariadb-connector-c-devel",
    "postgresql-libs": "libpq",
    "postgresql-devel": "libpq-devel",
  },
};
