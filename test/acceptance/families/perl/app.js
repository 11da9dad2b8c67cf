// Runs a perl program that needs a compiled module, and a line of perl that needs it.
const { spawnSync } = require("node:child_process");

const complaints = [];
// Lambda sets LANG to a locale that its own system does not have: no package's fault.
const LOCALE = /perl: warning: Setting locale failed\.[\s\S]*?perl: warning: Falling back to .*\n/;

function run(command, args, input) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: "utf8", input });
  if (status !== 0) throw error ?? new Error(`${command}: exit ${status}: ${stderr}`);
  complaints.push(
    ...stderr
      .replace(LOCALE, "")
      .split("\n")
      .filter((line) => line !== ""),
  );
  return stdout;
}

exports.handler = async () => {
  const program = run("json_xs", ["-t", "json"], '{ "answer" : [ 42 ] }');
  const line = "use JSON::XS; use POSIX qw(floor); print encode_json([map { floor($_) } 1.5, 2.5])";
  return { result: { program, line: run("perl", ["-e", line]) }, complaints };
};
