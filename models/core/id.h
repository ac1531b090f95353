#pragma once

#include <QHashFunctions>
#include <QString>

#include <optional>

namespace drover {

/// A checked identifier. Rule names the kind of thing and says how text becomes one;
/// ids of different rules never convert, compare or hash into each other.
template <typename Rule>
class Id final {
public:
    Id() = default;

    static std::optional<Id> parse(QStringView text)
    {
        std::optional<QString> canonical = Rule::canonical(text);
        return canonical ? std::optional<Id>(Id(std::move(*canonical))) : std::nullopt;
    }

    const QString &text() const { return m_text; }
    bool isNull() const { return m_text.isEmpty(); }

    friend bool operator==(const Id &, const Id &) = default;
    friend bool operator<(const Id &a, const Id &b) { return a.m_text < b.m_text; }
    friend size_t qHash(const Id &id, size_t seed = 0) { return qHash(id.m_text, seed); }

private:
    explicit Id(QString text)
        : m_text(std::move(text))
    {
    }

    QString m_text;
};

} // namespace drover
