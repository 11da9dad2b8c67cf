#!/usr/bin/env bash
# podman's configuration for the lab, kept out of the machine's own.
. "$(dirname "$0")/common.sh"
mkdir -p "$cache/bin"
install -m 755 "$repo/lab/images/oci-runtime" "$cache/oci-runtime"
# netns host: functions reach a database on 127.0.0.1, and no network has to be set up.
cat > "$cache/containers.conf" <<END
[containers]
netns = "host"
[network]
network_backend = "netavark"
[engine]
runtime = "lab"
cgroup_manager = "cgroupfs"
events_logger = "file"
[engine.runtimes]
lab = ["$cache/oci-runtime"]
END
