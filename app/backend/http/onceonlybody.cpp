#include "app/backend/http/onceonlybody.h"

#include <algorithm>
#include <cstring>

namespace drover::backend {

OnceOnlyBody::OnceOnlyBody(QByteArray bytes)
    : m_bytes(std::move(bytes))
{
    open(QIODevice::ReadOnly | QIODevice::Unbuffered);
}

qint64 OnceOnlyBody::readData(char *data, qint64 most)
{
    const qint64 size = std::min<qint64>(most, m_bytes.size() - m_read);
    if (size == 0)
        return -1;
    std::memcpy(data, m_bytes.constData() + m_read, static_cast<size_t>(size));
    m_read += size;
    return size;
}

} // namespace drover::backend
