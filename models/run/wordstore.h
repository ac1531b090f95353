#pragma once

#include <QHash>
#include <QString>

#include <vector>

namespace drover::run {

/// Sentences that many devices share, each kept once: a device holds four bytes of it.
class WordStore final {
public:
    /// Zero: nothing to say.
    using Id = quint32;

    Id of(const QString &text)
    {
        if (text.isEmpty())
            return 0;
        const auto known = m_ids.constFind(text);
        if (known != m_ids.cend())
            return *known;
        m_texts.push_back(text);
        const auto id = static_cast<Id>(m_texts.size());
        m_ids.insert(text, id);
        return id;
    }
    QString text(Id id) const { return id == 0 ? QString() : m_texts[id - 1]; }

private:
    std::vector<QString> m_texts;
    QHash<QString, Id> m_ids;
};

} // namespace drover::run
