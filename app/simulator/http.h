#pragma once

#include "app/simulator/text.h"

#include <functional>
#include <map>
#include <optional>
#include <utility>

namespace drover::simulator {

/// One request as the routes see it: host without port, path in decoded segments.
struct Request {
    std::string method;
    std::string host;
    std::string path;
    std::vector<std::string> segments;
    std::map<std::string, std::string> query;
    std::map<std::string, std::string> headers;
    std::string body;
    /// The chain of the TLS client's certificate, its own first; DER.
    std::vector<std::string> certificates;

    /// Takes the target and the Host header apart.
    static Request parse(std::string method, std::string_view host, std::string_view target);
    /// Empty if the header was not sent.
    std::string header(const std::string &lowerName) const;
    bool has(const std::string &lowerName) const { return headers.contains(lowerName); }
    std::string parameter(const std::string &name) const;
};

struct Response {
    int status = 200;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    /// Simulated time that the answer takes.
    Millis delay = 0;
    /// What is left to do: each call does a few milliseconds of it, the last one gives the answer.
    std::function<std::optional<Response>()> rest {};

    /// Does the next piece of what is left; false once the answer is complete.
    bool proceed();
    /// The answer of work that is done by pieces; it is complete if one piece was enough.
    static Response inTurns(std::function<std::optional<Response>()> work);
    static Response json(const Json &body, int status = 200);
    static Response text(std::string body, int status = 200);
    static Response empty(int status = 204);
    Response &with(std::string name, std::string value);
};

/// Where one page of an answer starts and how long it may be.
struct Paging {
    std::size_t size;
    std::string after;
    /// How many the pages before have told, where a query asks for so many and no more.
    std::size_t told = 0;

    /// Reads x-ms-max-item-count and x-ms-continuation; no value if either is nonsense.
    static std::optional<Paging> of(const Request &request, std::size_t usual, std::size_t most);
    static std::string token(std::string_view lastKey, std::size_t told = 0)
    {
        return base64Url("k:" + std::to_string(told) + ":" + std::string(lastKey));
    }
};

} // namespace drover::simulator
