#include "app/simulator/text.h"

#include <unordered_map>

namespace drover::simulator {

namespace {

/// Builds a document while it is read. An object of ours searches all of its members for each that is added, so that
/// large ones get an index here.
class Builder final : public nlohmann::json_sax<Json> {
public:
    Json root;

    bool null() override { return add(nullptr); }
    bool boolean(bool value) override { return add(value); }
    bool number_integer(std::int64_t value) override { return add(value); }
    bool number_unsigned(std::uint64_t value) override { return add(value); }
    bool number_float(double value, const std::string &) override { return add(value); }
    bool string(std::string &value) override { return add(std::move(value)); }
    bool binary(Json::binary_t &) override { return false; }
    bool start_object(std::size_t) override { return open(Json::object()); }
    bool start_array(std::size_t) override { return open(Json::array()); }
    bool end_object() override { return close(); }
    bool end_array() override { return close(); }
    bool parse_error(std::size_t, const std::string &, const nlohmann::json::exception &) override { return false; }
    bool key(std::string &name) override
    {
        m_levels.back().name = std::move(name);
        return true;
    }

private:
    struct Level {
        Json *value;
        std::string name {};
        std::unordered_map<std::string, std::size_t> places {};
    };

    /// Documents are copied and written by recursion.
    static constexpr std::size_t deepest = 100;
    static constexpr std::size_t mostMembers = 2'000;
    static constexpr std::size_t searchable = 16;

    bool add(Json value)
    {
        Json *const place = placeOfNext();
        if (place)
            *place = std::move(value);
        return place != nullptr;
    }
    bool open(Json value)
    {
        Json *const place = m_levels.size() < deepest ? placeOfNext() : nullptr;
        if (!place)
            return false;
        *place = std::move(value);
        m_levels.push_back({place});
        return true;
    }
    bool close()
    {
        m_levels.pop_back();
        return true;
    }
    Json *placeOfNext()
    {
        if (m_levels.empty())
            return &root;
        Level &level = m_levels.back();
        if (level.value->is_array())
            return &level.value->emplace_back();
        auto &members = level.value->get_ref<Json::object_t &>();
        if (members.size() < searchable)
            return &members[level.name];
        return members.size() < mostMembers || level.places.contains(level.name) ? placeAmongMany(level, members) : nullptr;
    }
    /// A name that comes twice keeps its first place and its last value.
    static Json *placeAmongMany(Level &level, Json::object_t &members)
    {
        if (level.places.empty()) {
            for (std::size_t i = 0; i < members.size(); ++i)
                level.places.emplace(members.Container::operator[](i).first, i);
        }
        const auto [found, added] = level.places.try_emplace(level.name, members.size());
        if (added)
            members.emplace_back(level.name, Json());
        return &members.Container::operator[](found->second).second;
    }

    std::vector<Level> m_levels;
};

} // namespace

std::optional<Json> parsedJson(std::string_view text)
{
    Builder builder;
    return Json::sax_parse(text, &builder) ? std::optional(std::move(builder.root)) : std::nullopt;
}

} // namespace drover::simulator
