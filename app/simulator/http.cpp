#include "app/simulator/http.h"

#include <algorithm>
#include <charconv>

namespace drover::simulator {

Request Request::parse(std::string method, std::string_view host, std::string_view target)
{
    Request request;
    request.method = std::move(method);
    request.host = lower(host.substr(0, host.rfind(':') == std::string_view::npos ? host.size() : host.rfind(':')));
    if (const std::size_t scheme = target.find("://"); scheme != std::string_view::npos && !target.starts_with('/'))
        target = target.substr(std::min(target.find('/', scheme + 3), target.size()));
    const std::size_t mark = target.find('?');
    request.path = std::string(target.substr(0, mark));
    for (const std::string &part : split(request.path, '/')) {
        if (!part.empty())
            request.segments.push_back(percentDecode(part));
    }
    if (mark == std::string_view::npos)
        return request;
    // In a query a plus stands for a space, as in a form.
    std::string query(target.substr(mark + 1));
    std::ranges::replace(query, '+', ' ');
    for (const std::string &pair : split(query, '&')) {
        const std::size_t equals = pair.find('=');
        const std::string value = equals == std::string::npos ? "" : pair.substr(equals + 1);
        request.query[lower(percentDecode(pair.substr(0, equals)))] = percentDecode(value);
    }
    return request;
}

std::string Request::header(const std::string &lowerName) const
{
    const auto found = headers.find(lowerName);
    return found == headers.end() ? std::string() : found->second;
}

std::string Request::parameter(const std::string &name) const
{
    const auto found = query.find(lower(name));
    return found == query.end() ? std::string() : found->second;
}

bool Response::proceed()
{
    if (!rest)
        return false;
    std::optional<Response> done = rest();
    if (done) {
        rest = {};
        status = done->status;
        body = std::move(done->body);
        headers.insert(headers.begin(), done->headers.begin(), done->headers.end());
    }
    return !done;
}

Response Response::inTurns(std::function<std::optional<Response>()> work)
{
    if (std::optional<Response> done = work())
        return std::move(*done);
    Response unfinished;
    unfinished.rest = std::move(work);
    return unfinished;
}

Response Response::json(const Json &body, int status)
{
    return text(body.dump(-1, ' ', false, Json::error_handler_t::replace), status);
}

Response Response::text(std::string body, int status)
{
    return {status, {{"Content-Type", "application/json; charset=utf-8"}}, std::move(body)};
}

Response Response::empty(int status) { return {status, {}, {}}; }

Response &Response::with(std::string name, std::string value)
{
    headers.emplace_back(std::move(name), std::move(value));
    return *this;
}

std::optional<Paging> Paging::of(const Request &request, std::size_t usual, std::size_t most)
{
    Paging paging {usual, {}, 0};
    if (const std::string text = request.header("x-ms-max-item-count"); !text.empty() && text != "-1") {
        std::size_t asked = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), asked);
        if (error != std::errc() || end != text.data() + text.size() || asked == 0)
            return std::nullopt;
        paging.size = std::min(asked, most);
    }
    if (const std::string token = request.header("x-ms-continuation"); !token.empty()) {
        const std::optional<std::string> key = fromBase64Url(token);
        constexpr std::size_t start = 2;
        const std::size_t colon = key ? key->find(':', start) : std::string::npos;
        if (colon == std::string::npos || !key->starts_with("k:"))
            return std::nullopt;
        const auto [end, error] = std::from_chars(key->data() + start, key->data() + colon, paging.told);
        if (error != std::errc() || end != key->data() + colon)
            return std::nullopt;
        paging.after = key->substr(colon + 1);
    }
    return paging;
}

} // namespace drover::simulator
