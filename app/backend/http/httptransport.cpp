#include "app/backend/http/httptransport.h"

#include <algorithm>

namespace drover::backend {

QByteArray HttpResponse::header(const QByteArray &name) const
{
    const auto found = std::ranges::find_if(
        headers, [&name](const auto &header) { return header.first.compare(name, Qt::CaseInsensitive) == 0; });
    return found == headers.cend() ? QByteArray() : found->second;
}

} // namespace drover::backend
