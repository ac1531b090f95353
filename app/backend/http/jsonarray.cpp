#include "app/backend/http/jsonarray.h"

namespace drover::backend {
namespace {

/// Where the string that begins at `from` ends: one behind its closing quote.
qsizetype afterString(const QByteArray &json, qsizetype from)
{
    for (qsizetype i = from + 1; i < json.size(); ++i) {
        if (json[i] == '\\')
            ++i;
        else if (json[i] == '"')
            return i + 1;
    }
    return json.size();
}

/// Where the element that begins at `from` ends: at the comma or bracket behind it.
qsizetype afterElement(const QByteArray &json, qsizetype from)
{
    int depth = 0;
    for (qsizetype i = from; i < json.size();) {
        const char c = json[i];
        if (c == '"') {
            i = afterString(json, i);
            continue;
        }
        if (depth == 0 && (c == ',' || c == ']'))
            return i;
        depth += (c == '{' || c == '[') ? 1 : (c == '}' || c == ']') ? -1 : 0;
        ++i;
    }
    return json.size();
}

} // namespace

std::optional<std::vector<QByteArray>> elementsOf(const QByteArray &json)
{
    const QByteArray text = json.trimmed();
    if (!text.startsWith('[') || !text.endsWith(']'))
        return std::nullopt;
    std::vector<QByteArray> elements;
    for (qsizetype at = 1; at < text.size();) {
        const qsizetype end = afterElement(text, at);
        if (end >= text.size())
            return std::nullopt;
        const QByteArray element = text.sliced(at, end - at).trimmed();
        if (element.isEmpty() && !(elements.empty() && text[end] == ']'))
            return std::nullopt;
        if (!element.isEmpty())
            elements.push_back(element);
        if (text[end] == ']')
            return end + 1 == text.size() ? std::optional(std::move(elements)) : std::nullopt;
        at = end + 1;
    }
    return std::nullopt;
}

} // namespace drover::backend
