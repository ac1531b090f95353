#include "app/simulator/httpmessages.h"

#include <boost/beast/http/error.hpp>
#include <boost/beast/http/status.hpp>

#include <algorithm>
#include <ranges>

namespace drover::simulator {

namespace http = boost::beast::http;

namespace {

void addHeader(std::string &text, std::string_view name, std::string_view value)
{
    text.append(name).append(": ");
    // What a client wrote must not become a header of its own.
    std::ranges::copy_if(value, std::back_inserter(text), [](char c) { return c != '\r' && c != '\n'; });
    text += "\r\n";
}

bool isNamedAgain(const Response &response, std::size_t place)
{
    const auto later = response.headers | std::views::drop(place + 1) | std::views::keys;
    return std::ranges::any_of(later, [&](const auto &name) { return sameText(name, response.headers[place].first); });
}

} // namespace

Request requestFrom(RequestMessage message)
{
    const auto view = [](auto text) { return std::string_view(text.data(), text.size()); };
    Request request = Request::parse(std::string(view(message.method_string())), view(message[http::field::host]),
        view(message.target()));
    for (const auto &field : message)
        request.headers[lower(view(field.name_string()))] = std::string(view(field.value()));
    request.body = std::move(message.body());
    return request;
}

std::string headOf(const Response &response, unsigned version, bool keepAlive)
{
    const auto reason = http::obsolete_reason(static_cast<http::status>(response.status));
    std::string text;
    text.reserve(512);
    text.append(version == 10 ? "HTTP/1.0 " : "HTTP/1.1 ").append(std::to_string(response.status)).append(" ");
    text.append(reason.data(), reason.size()).append("\r\n");
    for (std::size_t i = 0; i < response.headers.size(); ++i) {
        if (!isNamedAgain(response, i))
            addHeader(text, response.headers[i].first, response.headers[i].second);
    }
    if (keepAlive == (version == 10))
        addHeader(text, "Connection", keepAlive ? "keep-alive" : "close");
    if (response.status != 204)
        addHeader(text, "Content-Length", std::to_string(response.body.size()));
    return text + "\r\n";
}

std::string halfOf(const Response &response)
{
    const std::string head = headOf(response, 11, true);
    return head + response.body.substr(0, response.body.size() / 2);
}

std::optional<int> statusFor(const boost::system::error_code &error)
{
    if (error == http::error::header_limit)
        return 431;
    if (error == http::error::body_limit)
        return 413;
    const bool malformed = error.category() == make_error_code(http::error::bad_method).category();
    return malformed && error != http::error::end_of_stream && error != http::error::partial_message
        ? std::optional(400)
        : std::nullopt;
}

} // namespace drover::simulator
