# Filters JSON with jq; the pattern needs the regular expressions of a library.
require 'open3'

def handler(event:, context:)
  out, err, status = Open3.capture3('jq', '-c', 'map(select(test("^[a-c]+$")) | ascii_upcase)',
                                    stdin_data: '["abc", "xyz", "cab"]')
  raise err unless status.success?

  { result: { output: out.strip, version: `jq --version`.strip }, complaints: err.lines }
end
