#pragma once

#include <QByteArray>

#include <vector>

namespace drover::backend {

/// One page of a listing; an empty continuation means the last one. A page may be empty and yet not the last.
template <typename T>
struct Page {
    std::vector<T> items;
    QByteArray continuation;
};

} // namespace drover::backend
