// What Lambda puts around a function: the image of its runtime, and the environment variables.

const SEARCH_PATHS = {
  PATH: "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin",
  LD_LIBRARY_PATH: "/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib",
};

function gemVersion(version) {
  return `${version}.0`;
}

const LANGUAGES = {
  ruby: (version) => ({
    command: ["ruby", "/var/runtime/bootstrap.rb"],
    environment: {
      GEM_HOME: "/var/runtime",
      GEM_PATH: `/var/task/vendor/bundle/ruby/${gemVersion(version)}:/opt/ruby/gems/${gemVersion(version)}`,
      RUBYLIB: "/var/task:/var/runtime/lib:/opt/ruby/lib",
    },
  }),
  python: (version) => ({
    command: ["python3", "/var/runtime/bootstrap.py"],
    environment: {
      PYTHONPATH: `/var/runtime:/var/task:/opt/python/lib/python${version}/site-packages:/opt/python`,
      PYTHONDONTWRITEBYTECODE: "1",
    },
  }),
  nodejs: (version) => ({
    command: ["node", "/var/runtime/bootstrap.mjs"],
    environment: {
      NODE_PATH: `/opt/nodejs/node${version}/node_modules:/opt/nodejs/node_modules:/var/runtime/node_modules:/var/runtime:/var/task`,
    },
  }),
};

/** The image and the command for a request's runtime. @throws if the lab cannot run it */
export function languageOf({ runtime, arch = "x86_64" }) {
  const [, name, version] = /^([a-z]+)([\d.]+?)(?:\.x)?$/.exec(runtime) ?? [];
  const known = LANGUAGES[name];
  if (!known) throw new Error(`Runtime: the lab does not run ${runtime}: use one of ruby, python or nodejs`);
  if (arch !== "x86_64") throw new Error(`Architectures: the lab has no ${arch} machine: use x86_64`);
  return { ...known(version), image: `public.ecr.aws/lambda/${name}:${version}-x86_64` };
}

export function environmentOf(request, language) {
  const name = request.functionName ?? "function";
  const region = request.region ?? "us-east-1";
  return {
    LANG: "en_US.UTF-8",
    TZ: ":UTC",
    ...SEARCH_PATHS,
    ...language.environment,
    ...request.environment,
    _HANDLER: request.handler,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${request.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(request.memoryMb ?? 128),
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
    LAMBDA_TASK_ROOT: "/var/task",
    LAMBDA_RUNTIME_DIR: "/var/runtime",
  };
}
