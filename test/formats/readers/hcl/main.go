// Reads files of HCL. `2`: as Terraform reads definitions of variables, with hashicorp/hcl/v2; what is in blocks, too, as Nomad, Packer and
// the like decode them. `1`: with the first hashicorp/hcl, of which Vault and Consul have a copy.
package main

import (
	"fmt"
	"os"

	first "github.com/hashicorp/hcl"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclparse"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

func main() {
	read := withSecond
	if os.Args[1] == "1" {
		read = withFirst
	}
	eachFile(func(file given) any { return read(file) })
}

func withSecond(given given) map[string]string {
	file, problems := hclparse.NewParser().ParseHCLFile(given.Path)
	check(problems)
	found := map[string]string{}
	body := file.Body.(*hclsyntax.Body)
	if len(body.Blocks) == 0 {
		values(file.Body, "", found)
	}
	for _, block := range body.Blocks {
		values(block.Body, block.Type+" "+fmt.Sprint(block.Labels)+" ", found)
	}
	return found
}

func values(body hcl.Body, path string, found map[string]string) {
	attributes, problems := body.JustAttributes()
	check(problems)
	for name, attribute := range attributes {
		value, problems := attribute.Expr.Value(nil)
		check(problems)
		found[path+name] = value.AsString()
	}
}

func check(problems hcl.Diagnostics) {
	if problems.HasErrors() {
		panic(problems)
	}
}

// What its Decode makes of a block: a list of maps, one map a label.
func withFirst(file given) map[string]string {
	var all map[string]any
	must(first.Decode(&all, string(file.text())))
	found := map[string]string{}
	for name, value := range all {
		switch value := value.(type) {
		case string:
			found[name] = value
		case []map[string]any:
			for label, below := range value[0] {
				for key, text := range below.([]map[string]any)[0] {
					found[name+" ["+label+"] "+key] = text.(string)
				}
			}
		}
	}
	return found
}
