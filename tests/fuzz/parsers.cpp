#include "tests/fuzz/parsers.h"

#include "app/simulator/access.h"
#include "app/simulator/clientcertificate.h"
#include "app/simulator/entraforms.h"
#include "app/simulator/http.h"
#include "app/simulator/jsonlines.h"
#include "app/simulator/kql.h"
#include "app/simulator/query.h"
#include "tests/fuzz/bodies.h"

#include <algorithm>
#include <cstdlib>

namespace drover::fuzz {

using namespace simulator;

namespace {

void sasToken(const std::string &text)
{
    if (const auto token = SasToken::parse("SharedAccessSignature " + text)) {
        token->isFor("hub.azure-devices.net");
        token->signedWith(text);
    }
}

void bearer(const std::string &text)
{
    static const TokenIssuer issuer("secret", "tenant", "client");
    issuer.accepts("Bearer " + text, {"https://iothubs.azure.net"}, 1'800'000'000);
}

void hubQuery(const std::string &text)
{
    static const Json device = {{"deviceId", "pump-7"}, {"tags", {{"site", "x"}, {"floor", 3}}}};
    const QueryLookup lookup = lookupInDocument(device);
    if (const auto parsed = parseQuery(text); parsed.query) {
        if (parsed.query->where)
            parsed.query->where->holds(lookup);
        QueryTotals totals(*parsed.query);
        totals.add(lookup);
        totals.rows();
    }
    if (const auto condition = parseCondition(text); condition.query && condition.query->where)
        condition.query->where->holds(lookup);
}

void kql(const std::string &text)
{
    const Json one = {{"id", "/a"}, {"name", "a"}, {"tags", {{"stamp", "x"}}}, {"sku", {{"capacity", 3}}}, {"list", {1, "b", nullptr}}};
    if (const ParsedKql parsed = parseKql(text); parsed.query)
        parsed.query->run({one, one, Json::object()});
}

/// A body that is read can be copied and written too.
void json(const std::string &text)
{
    if (const auto document = parsedJson(text)) {
        const Json copy = *document;
        if (Response::json(copy).body.empty())
            std::abort();
        lineOfMember(text, "stamps[0].capacity");
    } else {
        lineOfMistake(text);
    }
}

void target(const std::string &text)
{
    const Request request = Request::parse("GET", text.substr(0, text.find('\n')), text);
    request.parameter("api-version");
    Request paged = request;
    paged.headers["x-ms-max-item-count"] = text;
    static_cast<void>(Paging::of(paged, 10, 100));
    paged.headers = {{"x-ms-continuation", text}};
    static_cast<void>(Paging::of(paged, 10, 100));
    bareEtag(text);
    fromIsoTime(text);
}

void certificate(const std::string &text)
{
    certificateInfo(text);
    if (const auto der = derOf(text))
        isSignedBy(*der, *der);
}

void form(const std::string &text)
{
    const FormFields fields = formFields(text);
    formText(fields);
    htmlText(text);
    isNativeRedirect(text);
}

constexpr Parser all[] = {{"sas", sasToken}, {"bearer", bearer}, {"query", hubQuery}, {"kql", kql}, {"json", json},
    {"target", target}, {"certificate", certificate}, {"form", form}, {"http", httpMessage}, {"scenario", scenario},
    {"fault", faultRule}, {"enrollment", enrollment}, {"register", registration}, {"twin", twin},
    {"bulk", bulk}, {"job", job}, {"arm", arm}};

} // namespace

std::span<const Parser> parsers() { return all; }

const Parser *parserOf(std::string_view name)
{
    const auto found = std::ranges::find(all, name, &Parser::name);
    return found == std::end(all) ? nullptr : &*found;
}

} // namespace drover::fuzz
