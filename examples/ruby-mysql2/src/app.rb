require "mysql2"

# Answers with the server's version, and with where the client library came from.
def handler(event:, context:)
  client = Mysql2::Client.new(
    host: ENV.fetch("DATABASE_HOST"),
    port: ENV.fetch("DATABASE_PORT").to_i,
    username: ENV.fetch("DATABASE_USER"),
    password: ENV.fetch("DATABASE_PASSWORD")
  )
  {
    version: client.query("SELECT VERSION() AS version").first["version"],
    library: File.foreach("/proc/self/maps").grep(/libmariadb/).first.to_s.split.last
  }
end
