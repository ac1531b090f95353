#include "app/simulator/httpmessages.h"

#include <boost/beast/http/error.hpp>
#include <boost/beast/http/write.hpp>

#include <sstream>

namespace drover::simulator {

namespace http = boost::beast::http;

Request requestFrom(const RequestMessage &message)
{
    const auto view = [](auto text) { return std::string_view(text.data(), text.size()); };
    Request request = Request::parse(std::string(view(message.method_string())), view(message[http::field::host]),
        view(message.target()));
    for (const auto &field : message)
        request.headers[lower(view(field.name_string()))] = std::string(view(field.value()));
    request.body = message.body();
    return request;
}

AnswerMessage answerFrom(const Response &response, unsigned version, bool keepAlive, bool head)
{
    AnswerMessage answer(static_cast<http::status>(response.status), version);
    for (const auto &[name, value] : response.headers)
        answer.set(name, value);
    answer.keep_alive(keepAlive);
    if (head) {
        answer.content_length(response.body.size());
        return answer;
    }
    answer.body() = response.body;
    if (response.status != 204)
        answer.content_length(response.body.size());
    return answer;
}

std::string halfOf(const Response &response)
{
    std::ostringstream text;
    text << answerFrom(response, 11, true, false);
    std::string bytes = text.str();
    bytes.resize(bytes.size() - (response.body.size() + 1) / 2);
    return bytes;
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
