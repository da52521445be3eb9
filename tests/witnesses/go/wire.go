package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"reflect"
	"regexp"
	"slices"
	"sort"
	"strings"
	"sync"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/edas"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/sae"
)

// What a URL, a form or JSON has to escape.
const special = `Ü世界 a&b=c?d%20/e+f*g~h "i" 'j' <k> \l`

// compareWire calls each operation of the SDK and the same one of the program against one recording server: the requests have to say
// the same, and both have to read the same answer.
func compareWire(t *tally, program, textsFile string) error {
	texts, err := jsonTexts(textsFile)
	if err != nil {
		return err
	}
	recorder := &recorder{}
	server := httptest.NewServer(recorder)
	defer server.Close()
	host := strings.TrimPrefix(server.URL, "http://")
	saeClient, edasClient, err := clients()
	if err != nil {
		return err
	}
	used := map[string]bool{}
	for _, product := range []struct {
		name   string
		client any
		make   []any
	}{{"sae", saeClient, saeRequests}, {"edas", edasClient, edasRequests}} {
		made := map[string]bool{}
		for _, create := range product.make {
			request := reflect.ValueOf(create).Call(nil)[0]
			name := strings.TrimSuffix(request.Type().Elem().Name(), "Request")
			made[name] = true
			w := &wire{recorder, program, host, texts, product.name, name, used}
			t.check(product.name+" "+name, func() error { return w.compare(product.client, request) })
		}
		for _, name := range operationsOf(product.client) {
			t.check(product.name+" "+name+" is compared", func() error {
				if !made[name] {
					return fmt.Errorf("operations.go has no function that makes its request")
				}
				return nil
			})
		}
	}
	for key := range known {
		t.check("known difference "+key, func() error {
			if !used[key] {
				return fmt.Errorf("it is no difference any more; take it out of known.go")
			}
			return nil
		})
	}
	return nil
}

// operationsOf lists the methods of a client that take a request and return a response.
func operationsOf(client any) []string {
	var names []string
	kind := reflect.TypeOf(client)
	for i := range kind.NumMethod() {
		method := kind.Method(i)
		if method.Type.NumIn() == 2 && method.Type.In(1).Kind() == reflect.Pointer &&
			method.Type.In(1).Elem().Name() == method.Name+"Request" && method.Type.NumOut() == 2 &&
			strings.HasSuffix(method.Type.Out(0).String(), "Response") {
			names = append(names, method.Name)
		}
	}
	return names
}

// wire is the comparison of one operation.
type wire struct {
	recorder  *recorder
	program   string
	host      string
	texts     map[string]string
	product   string
	operation string
	used      map[string]bool
}

func (w *wire) compare(client any, request reflect.Value) error {
	parameters := w.fill(request.Elem())
	call := reflect.ValueOf(client).MethodByName(w.operation)
	response := reflect.New(call.Type().Out(0).Elem())
	number := 0
	w.answer(response.Elem(), &number, 0)
	answer, err := json.Marshal(response.Interface())
	if err != nil {
		return err
	}
	var found []difference
	output, complaint := w.run(parameters, answer)
	for {
		if strings.Contains(complaint, "the required parameter RegionId is missing") {
			// The SDK takes it from its client.
			parameters["RegionId"] = region
			output, complaint = w.run(parameters, answer)
			continue
		}
		unknown := noParameter.FindStringSubmatch(complaint)
		if unknown == nil {
			break
		}
		found = append(found, difference{"parameter " + unknown[1], "known", "unknown"})
		delete(parameters, unknown[1])
		clear(request.Elem(), unknown[1])
		output, complaint = w.run(parameters, answer)
	}
	// Structs of this SDK are shared by operations and have the members of all of them.
	if answer, err = without(answer, complaint); err != nil {
		return err
	}
	if output, complaint = w.run(parameters, answer); complaint != "" {
		return w.unexplained(append(found, difference{"call", "", complaint}))
	}
	ours := w.recorder.take()
	request.MethodByName("SetDomain").Call([]reflect.Value{reflect.ValueOf(w.host)})
	results := call.Call([]reflect.Value{request})
	if err, failed := results[1].Interface().(error); failed {
		return fmt.Errorf("the SDK: %w", err)
	}
	found = append(found, differences("", w.recorder.take(), ours)...)
	read, err := json.Marshal(results[0].Interface())
	if err != nil {
		return err
	}
	theirLeaves, err := leavesOf(read)
	if err != nil {
		return err
	}
	ourLeaves, err := leavesOf(output)
	if err != nil {
		return err
	}
	return w.unexplained(append(found, differences("answer ", theirLeaves, ourLeaves)...))
}

// run calls the program with these parameters, which gets this answer: its output, and what it says beside it.
func (w *wire) run(parameters map[string]string, answer []byte) ([]byte, string) {
	w.recorder.give(answer)
	input, err := json.Marshal(parameters)
	if err != nil {
		return nil, err.Error()
	}
	command := exec.Command(w.program, "call", w.operation, "--product", w.product, "--params", "-", "--signature", "roa",
		"--endpoint", "http://"+w.host, "--region", region, "--max-attempts", "1")
	command.Stdin = bytes.NewReader(input)
	var output, complaint bytes.Buffer
	command.Stdout, command.Stderr = &output, &complaint
	command.Env = append(os.Environ(), "ALIBABA_CLOUD_ACCESS_KEY_ID="+accessKey, "ALIBABA_CLOUD_ACCESS_KEY_SECRET="+accessKeySecret)
	if err := command.Run(); err != nil && complaint.Len() == 0 {
		return nil, err.Error()
	}
	return output.Bytes(), strings.TrimSpace(complaint.String())
}

// What the program says of parameters, and of members of an answer, that it doesn't know.
var (
	noParameter = regexp.MustCompile(`has no parameter "(\w+)"`)
	noMember    = regexp.MustCompile(`(?m)^note: this version doesn't know (\S+)(?: \(and .*\))?; it is printed as it came$`)
	index       = regexp.MustCompile(`\[\d+\]`)
)

// clear takes a parameter out of a request.
func clear(request reflect.Value, parameter string) {
	for i := range request.NumField() {
		if request.Type().Field(i).Tag.Get("name") == parameter {
			request.Field(i).SetString("")
		}
	}
}

// without is the answer without the members that the program's notes call unknown.
func without(answer []byte, notes string) ([]byte, error) {
	var document any
	if err := json.Unmarshal(answer, &document); err != nil {
		return nil, err
	}
	for _, note := range noMember.FindAllStringSubmatch(notes, -1) {
		remove(document, strings.Split(index.ReplaceAllString(note[1], ""), "."))
	}
	return json.Marshal(document)
}

// remove takes a member out of an object, or out of all objects of a list.
func remove(value any, path []string) {
	switch value := value.(type) {
	case []any:
		for _, item := range value {
			remove(item, path)
		}
	case map[string]any:
		if _, found := value[path[0]]; !found && len(value) == 1 {
			// A list in an object of its own, which the note leaves out.
			for _, only := range value {
				remove(only, path)
			}
		} else if len(path) == 1 {
			delete(value, path[0])
		} else {
			remove(value[path[0]], path[1:])
		}
	}
}

// unexplained is an error of the differences that known.go doesn't explain.
func (w *wire) unexplained(found []difference) error {
	var lines []string
	for _, one := range found {
		if key := explanation(w.product, w.operation, one); key != "" {
			w.used[key] = true
			continue
		}
		lines = append(lines, fmt.Sprintf("%s: %q by the SDK, %q by sae", one.place, one.theirs, one.ours))
	}
	if len(lines) == 0 {
		return nil
	}
	return fmt.Errorf("%s", strings.Join(lines, "\n  "))
}

// fill sets every parameter of a request to a value of its own; the parameters by their wire names.
func (w *wire) fill(request reflect.Value) map[string]string {
	wire := map[string]string{}
	for i := range request.NumField() {
		name, ok := request.Type().Field(i).Tag.Lookup("name")
		if !ok {
			continue
		}
		field := request.Field(i)
		value := fmt.Sprintf("%s %d %s", name, i, special)
		switch field.Interface().(type) {
		case requests.Integer:
			value = fmt.Sprint(i)
		case requests.Boolean:
			value = "true"
		default:
			if form := w.texts[name]; form != "" {
				value = jsonText(form)
			} else if name == "CoStatus" {
				value = "2"
			}
		}
		field.SetString(value)
		wire[name] = value
	}
	return wire
}

// answer fills a response: lists have two items, and what is nested deeper than any answer is left out.
func (w *wire) answer(value reflect.Value, number *int, depth int) {
	*number++
	switch value.Kind() {
	case reflect.Struct:
		for i := range value.NumField() {
			field := value.Type().Field(i)
			name, ok := field.Tag.Lookup("json")
			if !ok {
				continue
			}
			w.answer(value.Field(i), number, depth+1)
			switch strings.ToLower(name) {
			case "code":
				if depth == 0 && value.Field(i).Kind() == reflect.String {
					value.Field(i).SetString("200")
				} else if depth == 0 {
					value.Field(i).SetInt(200)
				}
			case "errorcode":
				if depth == 0 {
					value.Field(i).SetString("success")
				}
			case "success":
				if value.Field(i).Kind() == reflect.Bool {
					value.Field(i).SetBool(true)
				}
			default:
				if form := w.texts[name]; form != "" && value.Field(i).Kind() == reflect.String {
					value.Field(i).SetString(jsonText(form))
				}
			}
		}
	case reflect.Slice:
		if depth > 12 {
			return
		}
		items := reflect.MakeSlice(value.Type(), 2, 2)
		for i := range 2 {
			w.answer(items.Index(i), number, depth+1)
		}
		value.Set(items)
	case reflect.String:
		value.SetString(fmt.Sprintf("text %d %s", *number, special))
	case reflect.Bool:
		value.SetBool(true)
	case reflect.Float32, reflect.Float64:
		value.SetFloat(float64(*number) + 0.5)
	case reflect.Int, reflect.Int32, reflect.Int64:
		value.SetInt(int64(*number))
	}
}

// recorder answers every request and keeps the parts of the last one.
type recorder struct {
	lock   sync.Mutex
	answer []byte
	last   map[string]string
}

func (r *recorder) ServeHTTP(out http.ResponseWriter, in *http.Request) {
	body, err := io.ReadAll(in.Body)
	if err != nil {
		panic(err)
	}
	parts := map[string]string{"method": in.Method, "path": in.URL.Path}
	add(parts, "query", in.URL.RawQuery)
	if strings.HasPrefix(in.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		add(parts, "form", string(body))
	} else if len(body) > 0 {
		parts["body"] = string(body)
	}
	r.lock.Lock()
	r.last = parts
	answer := r.answer
	r.lock.Unlock()
	out.Header().Set("Content-Type", "application/json;charset=utf-8")
	if _, err := out.Write(answer); err != nil {
		panic(err)
	}
}

func (r *recorder) give(answer []byte) {
	r.lock.Lock()
	defer r.lock.Unlock()
	r.answer = answer
}

func (r *recorder) take() map[string]string {
	r.lock.Lock()
	defer r.lock.Unlock()
	last := r.last
	r.last = nil
	return last
}

func add(parts map[string]string, where, encoded string) {
	values, err := url.ParseQuery(encoded)
	if err != nil {
		parts[where] = encoded
		return
	}
	for name, all := range values {
		parts[where+" "+name] = strings.Join(all, " and ")
	}
}

// difference is a place where the two say something else; empty where one says nothing.
type difference struct{ place, theirs, ours string }

func differences(prefix string, theirs, ours map[string]string) []difference {
	places := map[string]bool{}
	for _, all := range []map[string]string{theirs, ours} {
		for place := range all {
			places[place] = true
		}
	}
	var found []difference
	for place := range places {
		if theirs[place] != ours[place] {
			found = append(found, difference{prefix + place, theirs[place], ours[place]})
		}
	}
	sort.Slice(found, func(a, b int) bool { return found[a].place < found[b].place })
	return found
}

// leavesOf gives every scalar of a JSON document as text, by its path, without those that Go's structs don't tell from absent ones.
func leavesOf(document []byte) (map[string]string, error) {
	decoder := json.NewDecoder(bytes.NewReader(document))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return nil, err
	}
	leaves := map[string]string{}
	collect(leaves, "", value)
	return leaves, nil
}

func collect(leaves map[string]string, place string, value any) {
	switch value := value.(type) {
	case map[string]any:
		for name, inner := range value {
			collect(leaves, strings.TrimPrefix(place+"."+name, "."), inner)
		}
	case []any:
		for i, inner := range value {
			collect(leaves, fmt.Sprintf("%s[%d]", place, i), inner)
		}
	case nil:
	default:
		if text := fmt.Sprint(value); text != "" && text != "0" && text != "false" {
			leaves[place] = text
		}
	}
}

// jsonTexts reads the parameters whose texts hold JSON, with the form of it.
func jsonTexts(file string) (map[string]string, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var forms map[string][]string
	if err := json.Unmarshal(content, &forms); err != nil {
		return nil, err
	}
	texts := map[string]string{}
	for form, names := range forms {
		for _, name := range names {
			texts[name] = form
		}
	}
	return texts, nil
}

func jsonText(form string) string {
	return map[string]string{
		"object":         `{"unknown member": "ü"}`,
		"objects":        `[{"unknown member": "ü"}, {}]`,
		"texts":          `["1", "ü"]`,
		"map of texts":   `{"first": "ü"}`,
		"map of objects": `{"first": {}}`,
	}[form]
}

// clients are clients of both products; each request names the address of its server.
func clients() (*sae.Client, *edas.Client, error) {
	forSae, err := sae.NewClientWithAccessKey(region, accessKey, accessKeySecret)
	if err != nil {
		return nil, nil, err
	}
	forEdas, err := edas.NewClientWithAccessKey(region, accessKey, accessKeySecret)
	if err != nil {
		return nil, nil, err
	}
	return forSae, forEdas, nil
}

// explanation is the key in known of what explains a difference; empty if nothing does.
func explanation(product, operation string, found difference) string {
	keys := []string{product + " " + operation + " " + found.place, product + " " + found.place}
	at := slices.IndexFunc(keys, func(key string) bool { return known[key] != "" })
	if at < 0 {
		return ""
	}
	return keys[at]
}
