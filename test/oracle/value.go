package main

import (
	"encoding/json"
	"fmt"
)

// value is template data with its Go types: {"s": base64}, {"i": "12"}, {"f": 1.5}, {"b": true}, {"l": [...]},
// {"m": [[base64, value], ...]} or null.
type value struct{ held any }

type written struct {
	String  *Text     `json:"s"`
	Integer *int64    `json:"i,string"`
	Float   *float64  `json:"f"`
	Bool    *bool     `json:"b"`
	List    *[]value  `json:"l"`
	Map     *[]member `json:"m"`
}

type member struct {
	key   Text
	value value
}

func (m *member) UnmarshalJSON(text []byte) error {
	return json.Unmarshal(text, &[]any{&m.key, &m.value})
}

func (v *value) UnmarshalJSON(text []byte) error {
	var got written
	if err := json.Unmarshal(text, &got); err != nil {
		return err
	}
	v.held = nil
	switch {
	case got.String != nil:
		v.held = string(*got.String)
	case got.Integer != nil:
		v.held = *got.Integer
	case got.Float != nil:
		v.held = *got.Float
	case got.Bool != nil:
		v.held = *got.Bool
	case got.List != nil:
		items := make([]any, len(*got.List))
		for index, item := range *got.List {
			items[index] = item.held
		}
		v.held = items
	case got.Map != nil:
		members := make(map[string]any, len(*got.Map))
		for _, each := range *got.Map {
			members[string(each.key)] = each.value.held
		}
		v.held = members
	case string(text) != "null":
		return fmt.Errorf("unknown value %s", text)
	}
	return nil
}

// root is what a template starts with: as the operator hands it over when every member is a string.
func (v value) root() any {
	members, isMap := v.held.(map[string]any)
	if !isMap {
		return v.held
	}
	texts := make(map[string]string, len(members))
	for key, member := range members {
		text, isText := member.(string)
		if !isText {
			return members
		}
		texts[key] = text
	}
	return texts
}
