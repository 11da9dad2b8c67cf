# Calls a Ruby handler as Lambda does; the result goes to a file, since stdout is the function's own.
require 'json'

Context = Struct.new(:function_name, :function_version, :memory_limit_in_mb, :aws_request_id, :log_group_name)

def report(answer)
  File.write('/run/lab/result.json', JSON.generate(answer))
end

def report_error(error, type)
  report({ ok: false, errorType: type, errorMessage: error.message, stackTrace: error.backtrace || [] })
  exit 0
end

$stdout.sync = true
file, method_name = ENV.fetch('_HANDLER').split('.', 2)
target = self
begin
  require File.join('/var/task', file)
  if method_name.include?('.')
    scope, method_name = method_name.split('.', 2)
    target = Object.const_get(scope)
  end
rescue Exception => e # a LoadError is no StandardError
  report_error(e, "Init<#{e.class}>")
end

begin
  context = Context.new(ENV['AWS_LAMBDA_FUNCTION_NAME'], '$LATEST', ENV['AWS_LAMBDA_FUNCTION_MEMORY_SIZE'],
                        '00000000-0000-0000-0000-000000000000', ENV['AWS_LAMBDA_LOG_GROUP_NAME'])
  result = target.send(method_name, event: JSON.parse(File.read('/run/lab/event.json')), context: context)
  report({ ok: true, result: result })
rescue Exception => e
  report_error(e, "Function<#{e.class}>")
end
