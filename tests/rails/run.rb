# Runs ActiveRecord's own migrator in the project's folder, as the tasks of `bin/rails db:` do; writes down what it sends.
require "active_record"
require "json"
require "yaml"

environment = ENV.fetch("RAILS_ENV")
ActiveRecord::Base.configurations = YAML.safe_load(File.read("config/database.yml"), aliases: true)
ActiveRecord::Base.establish_connection(environment.to_sym)
recorded = File.open(ENV.fetch("RECORD_TO"), "a")
recorded.sync = true
die_after = ENV["DIE_AFTER"]
ActiveSupport::Notifications.subscribe("sql.active_record") do |_name, _start, _end, _id, payload|
  next if payload[:name] == "SCHEMA"
  recorded.puts(JSON.dump({ sql: payload[:sql], failed: !payload[:exception].nil? }))
  Process.kill("KILL", Process.pid) if die_after && payload[:sql].include?(die_after)
end
ActiveRecord::Migration.verbose = false
ActiveRecord::Base.configurations.configs_for(env_name: environment).each do |database|
  ActiveRecord::Base.establish_connection(database)
  pool = ActiveRecord::Base.connection_pool
  newer = pool.respond_to?(:migration_context)
  context = newer ? pool.migration_context : ActiveRecord::Base.connection.migration_context
  case ARGV[0]
  when "migrate" then context.migrate
  when "rollback" then context.rollback(Integer(ARGV[1] || 1))
  when "down" then context.run(:down, Integer(ARGV[1]))
  when "status" then puts JSON.dump(context.migrations_status)
  when "dump" then File.open("db/schema.rb", "w") { |file| ActiveRecord::SchemaDumper.dump(newer ? pool : ActiveRecord::Base.connection, file) }
  when "structure"
    require "fileutils"
    tasks = ActiveRecord::Tasks::DatabaseTasks
    tasks.db_dir, tasks.root, tasks.env = "db", Dir.pwd, environment
    tasks.dump_schema(database, :sql)
  when "load" then load "db/schema.rb"
  when "pending" then puts JSON.dump(context.needs_migration?)
  end
end
