#pragma once

#include "models/core/error.h"

#include <nlohmann/json.hpp>

namespace drover::backend {

/// Reads members of a JSON object one by one and keeps the first complaint, with the member's full name.
class Fields final {
public:
    Fields(const nlohmann::ordered_json &object, QString place, std::optional<Error> &trouble);

    /// Empty and a complaint when it is missing or no text.
    QString text(const char *name) const;
    QString optionalText(const char *name, const QString &otherwise = {}) const;
    std::optional<double> optionalNumber(const char *name) const;
    /// A key: text that is base64 of something.
    QByteArray key(const char *name) const;
    bool has(const char *name) const { return m_object.contains(name); }
    Fields object(const char *name) const;
    std::vector<Fields> array(const char *name) const;
    void complain(const char *name, const QString &why) const;

private:
    QString nameOf(const char *name) const;

    const nlohmann::ordered_json &m_object;
    QString m_place;
    std::optional<Error> &m_trouble;
};

} // namespace drover::backend
