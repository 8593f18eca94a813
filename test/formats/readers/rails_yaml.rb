# What Psych finds, with and without ERB before it, as keys whose parts are joined by dots.
require "erb"
require "json"
require "yaml"

def flatten(value, path, found)
  if value.is_a?(Hash)
    value.each { |key, member| flatten(member, path + [key], found) }
  else
    found[path.join(".")] = value
  end
  found
end

$stdin.set_encoding("UTF-8")
$stdin.each_line do |line|
  text = File.read(JSON.parse(line)["path"], encoding: "UTF-8")
  found = YAML.safe_load(text)
  raise "ERB changes it" unless found == YAML.safe_load(ERB.new(text).result)
  puts JSON.generate(flatten(found, [], {}))
end
