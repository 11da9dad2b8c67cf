#!/usr/bin/env bash
# tags.sh OS: the root plus the RPM repository, under the names that Lambda's images have.
. "$(dirname "$0")/common.sh"
os=$1
. "$repo/lab/images/$os/os.conf"
context=$cache/context-$os
rm -rf "$context"
mkdir -p "$context"/root/{srv,etc/pki/rpm-gpg}
trap 'rm -rf "$context"' EXIT
cp -R "$cache/rpms/$os" "$context/root/srv/lab-repo"
cp "$cache/gpg/$core_key.asc" "$context/root/etc/pki/rpm-gpg/RPM-GPG-KEY-$core_key"
# The search paths are those of the real images.
cat > "$context/Containerfile" <<END
FROM localhost/lab/$os-root
COPY root/ /
ENV LANG=en_US.UTF-8 TZ=:/etc/localtime \\
    PATH=/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin \\
    LD_LIBRARY_PATH=/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib \\
    LAMBDA_TASK_ROOT=/var/task LAMBDA_RUNTIME_DIR=/var/runtime
WORKDIR /var/task
ENTRYPOINT ["/lambda-entrypoint.sh"]
END
podman build --quiet --tag "localhost/lab/$os" "$context" > /dev/null
for tag in $tags; do
  podman tag "localhost/lab/$os" "public.ecr.aws/lambda/$tag" "public.ecr.aws/lambda/$tag-x86_64"
done
# What the names pointed to before is of no more use.
podman image prune --force --filter label=nativedeps.lab=ground > /dev/null
