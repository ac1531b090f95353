#include "app/simulator/access.h"
#include "app/simulator/clientcertificate.h"
#include "app/simulator/http.h"
#include "app/simulator/jsonlines.h"
#include "app/simulator/query.h"

#include <cstdlib>

using namespace drover::simulator;

namespace {

void sasToken(const std::string &text)
{
    if (const auto token = SasToken::parse("SharedAccessSignature " + text)) {
        token->isFor("hub.azure-devices.net");
        token->signedWith(text);
    }
}

void query(const std::string &text)
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

/// A body that is read can be copied and written too.
void body(const std::string &text)
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

void route(const std::string &text)
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

} // namespace

/// The first byte picks the parser.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    static constexpr void (*parsers[])(const std::string &) = {sasToken, query, body, route, certificate};
    if (size > 0)
        parsers[data[0] % std::size(parsers)](std::string(reinterpret_cast<const char *>(data) + 1, size - 1));
    return 0;
}
